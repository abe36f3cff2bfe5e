"""The rules of the town about candidates: to read for everybody who works with cases, to decide for the city."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_account_names
from app.accounts.vocabulary import Actor, Role
from app.clock import now
from app.matching import queries
from app.matching.engine.rule_set import DEFAULT_RULES, NEVER_LEFT_OUT, NUMBERS, RulesRefused, TownRules
from app.matching.engine.rule_set_words import PART_WORDS, Difference, differences
from app.matching.engine.rule_words import RULE_WORDS
from app.matching.engine.rules.catalogue import ALWAYS_ASKED, RULES
from app.matching.forms.rule_sets import RuleSetForm, rule_set_data
from app.matching.policies import RULE_READERS, RULE_WRITERS
from app.matching.queries import RuleSetView
from app.matching.routes.blueprint import blueprint
from app.matching.service import rule_sets as service
from app.matching.vocabulary import PartId, Side, TravelMode
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import session

SAMPLE_METRES: Final = 1000
"""The straight line of the example that stands beside the paces."""

_ENTRANCE: Final = (Role.CITY_OFFICER, Role.PLANNER, Role.ADMIN)


@blueprint.get("/matching-rules")
@requires(*RULE_READERS)
def show_rules() -> str:
    """What counts now and why, and what counted before."""
    actor = current_actor()
    versions = queries.list_rule_sets(session(), scope=actor.scope)
    current = versions[0]
    return render_template(
        "matching/rules.html",
        current=current,
        rules=current.rules,
        history=_history(versions),
        names=list_account_names(session()),
        parts=[(part, PART_WORDS[part]) for part in PartId],
        most=max(current.rules.weights.points.values()),
        groups=[(side, [rule for rule in RULES if rule.side is side]) for side in Side],
        words=RULE_WORDS,
        always_asked=ALWAYS_ASKED,
        locked=NEVER_LEFT_OUT,
        numbers=NUMBERS,
        modes=list(TravelMode),
        sample=SAMPLE_METRES,
        word_table=queries.find_word_table_facts(session(), scope=actor.scope),
        may_decide=actor.holds(*RULE_WRITERS),
    )


def _history(versions: list[RuleSetView]) -> list[tuple[RuleSetView, tuple[Difference, ...]]]:
    """Every version with what it changed in the one before it; the product's own changed nothing."""
    before = [*(version.rules for version in versions[1:]), DEFAULT_RULES]
    return [
        (version, differences(former, version.rules))
        for version, former in zip(versions, before, strict=True)
    ]


@blueprint.get("/matching-rules/edit")
@requires(*RULE_WRITERS)
def show_rules_form() -> str:
    """Ask for the next version, filled with what counts now or with a former version (`from`)."""
    current = queries.get_town_rules(session(), scope=current_actor().scope)
    former = request.args.get("from", "")
    data = rule_set_data(current)
    if former:
        number = int(former) if former.isascii() and former.isdecimal() and len(former) < 10 else -1
        found = queries.find_rule_set(session(), number, scope=current_actor().scope)
        if found is None:
            raise Missing
        name = f"第{number}版" if number else "製品のはじめの決まり"
        data = {**rule_set_data(found.rules), "note": f"{name}に戻す。"}
    form = RuleSetForm(formdata=None, data={**data, "seen_version": str(current.version)})
    return _form_page(form, is_way_back=bool(former))


@blueprint.post("/matching-rules/edit")
@requires(*RULE_WRITERS)
def write_rules() -> ResponseReturnValue:
    """Show what would change, and keep it once that was looked at."""
    form, actor = RuleSetForm(), current_actor()
    if form.validate():
        try:
            rules = TownRules.from_document(form.document, version=form.version + 1)
            if "save" in request.form and form.previewed.data == _digest(rules):
                version = service.write_rules(
                    session(),
                    rules=rules,
                    note=form.note.data or "",
                    seen_version=form.version,
                    by=actor,
                    at=now(),
                )
                say(f"第{version}版を決めました。これから開く候補に使います。出した提案は変わりません。")
                return go_to(url_for("matching.show_rules"))
            changed = service.preview_rules(session(), rules=rules, seen_version=form.version, by=actor)
            form.previewed.data = _digest(rules)
            return _form_page(form, changed)
        except RulesRefused as refused:
            for problem in refused.problems:
                put_refusal_on(form, Refused(problem.text, field=problem.field))
        except Refused as refusal:
            session().rollback()
            put_refusal_on(form, refusal)
    return _form_page(form), 422


def _form_page(form: RuleSetForm, changed: tuple[Difference, ...] = (), *, is_way_back: bool = False) -> str:
    weights = [(part, form[f"weight_{part.value}"]) for part in PartId]
    paces = [(mode, form[f"pace_{mode.value}"], form[f"fixed_{mode.value}"]) for mode in TravelMode]
    numbers = {name: form[name] for name in NUMBERS}
    fields = (
        *(field for _, field in weights),
        *(field for _, *pair in paces for field in pair),
        *numbers.values(),
    )
    for field in fields:
        # All of them have to be there, which the page says once and not two dozen times.
        field.flags.required = False
    return render_template(
        "matching/rules_form.html",
        form=form,
        changed=changed,
        is_way_back=is_way_back,
        weights=weights,
        paces=paces,
        numbers=numbers,
        words=PART_WORDS,
        locked=NEVER_LEFT_OUT,
    )


def _digest(rules: TownRules) -> str:
    """A fingerprint of the decisions, so that nothing is kept that was typed after the look at it."""
    return sha256(json.dumps(rules.document, sort_keys=True).encode()).hexdigest()[:16]


def render_rules_today(actor: Actor) -> Markup:
    """The way in from きょう, for those who answer for the rules and have no case to come from."""
    if not actor.holds(*_ENTRANCE):
        return Markup("")
    rules = queries.get_town_rules(session(), scope=actor.scope)
    return Markup(render_template("matching/rules_today.html", rules=rules))  # noqa: S704 -- escaped by the template
