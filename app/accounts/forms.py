"""What people type about accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    StringField,
    ValidationError,
    validators,
    widgets,
)
from wtforms.fields import RadioField

from app.accounts.models import Account
from app.accounts.policies import PASSWORD_LEAST
from app.accounts.vocabulary import Affiliation, Right, Role
from app.web.forms import ChecksField, Form, choices_of

_NAME_MOST = 60


class SignInForm(Form):
    """Login name and password. Both may be wrong, and the page never says which."""

    login_name = StringField("ログイン名", [validators.InputRequired(), validators.Length(max=200)])
    password = PasswordField("パスワード", [validators.InputRequired(), validators.Length(max=1000)])
    next = HiddenField()

    @property
    def typed(self) -> tuple[str, str]:
        """Name and password; a blank around a name is a slip, one in a password may be meant."""
        return (self.login_name.data or "").strip(), self.password.data or ""


class PasswordForm(Form):
    """The change of one's own password."""

    current = PasswordField("いまのパスワード", [validators.InputRequired(), validators.Length(max=1000)])
    new = PasswordField(
        "新しいパスワード",
        [validators.InputRequired(), validators.Length(max=1000)],
        description=f"{PASSWORD_LEAST}文字以上。関係のない言葉を3つ以上並べると、覚えやすく強くなります。貼り付けもできます。",
    )
    again = PasswordField("新しいパスワード（もう一度）", [validators.InputRequired()])

    @property
    def typed(self) -> dict[str, str]:
        """The old and the new password."""
        return {"current": self.current.data or "", "new": self.new.data or ""}

    def validate_again(self, field: Field) -> None:
        """Both entries have to be the same."""
        if field.data != self.new.data:
            raise ValidationError("上の「新しいパスワード」と同じものを入力してください。")


def account_choices(accounts: Iterable[Account]) -> list[tuple[str, str]]:
    """Offer accounts by name and organisation; nobody is chosen beforehand."""
    named = [(str(account.id), f"{account.display_name}（{account.organisation}）") for account in accounts]
    return [("", "選んでください"), *named]


class AccountForm(Form):
    """What an account is and may do."""

    display_name = StringField("名前", [validators.DataRequired(), validators.Length(max=_NAME_MOST)])
    organisation = StringField("所属（課・法人名）", [validators.DataRequired(), validators.Length(max=80)])
    affiliation = RadioField(
        "市の職員ですか",
        [validators.InputRequired()],
        choices=choices_of(Affiliation),
        description="支援を決定できるのは市の職員だけです。",
    )
    roles = ChecksField(
        "役割",
        choices={word.value: f"{word.label} – {word.task}" for word in Role},
        description="いくつでも選べます。次に画面を開いたときから効きます。",
    )
    rights = ChecksField(
        "特別な権限",
        choices=choices_of(Right),
        description="必要な人だけに。使うたびに記録が残ります。",
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        return {
            "display_name": (self.display_name.data or "").strip(),
            "organisation": (self.organisation.data or "").strip(),
            "affiliation": Affiliation(self.affiliation.data),
            "roles": {Role(value) for value in self.roles.data or ()},
            "rights": {Right(value) for value in self.rights.data or ()},
        }


class ChangedAccountForm(AccountForm):
    """An account that is there already, in the version that was shown."""

    seen_version = IntegerField(widget=widgets.HiddenInput())


class NewAccountForm(AccountForm):
    """An account that is made now; its login name stays."""

    login_name = StringField(
        "ログイン名",
        [
            validators.InputRequired(),
            validators.Length(min=3, max=_NAME_MOST),
            validators.Regexp(
                r"[a-z0-9][a-z0-9._-]*\Z",
                message="半角の英小文字・数字と . _ - だけで入力してください。例：yamada.hanako",
            ),
        ],
        description="半角の英小文字・数字と . _ -。あとから変えられません。",
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        return {"login_name": self.login_name.data, **super().chosen}
