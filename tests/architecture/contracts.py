"""Contract types of our own for import-linter, for what its built-in types cannot say.

They all share one aim: the rooms are taken from the tree, so that a contract is active on the day its room
appears and nobody has to remember to add the room to a list.
"""

from collections.abc import Iterable
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.imports import ModuleExpression


def expand(graph: ImportGraph, expressions: Iterable[ModuleExpression]) -> set[str]:
    """Modules of the tree that the expressions name; a room that is not built yet names nothing."""
    found: set[str] = set()
    for expression in expressions:
        if expression.has_wildcard_expression():
            found |= graph.find_matching_modules(expression.expression)
        elif expression.expression in graph.modules:
            found.add(expression.expression)
    return found


def options(contract: Contract) -> dict[str, Any]:
    """The parsed options of a contract; import-linter stores them over its field descriptors, which carry no types."""
    return vars(contract)


def is_inside(module: str, package: str) -> bool:
    """Whether the module is the package itself or stands inside it."""
    return module == package or module.startswith(f"{package}.")


class LadderContract(LayersContract):
    """Layers inside every slice: `containers` minus the rooms of the `kit`, read from the tree each time."""

    type_name = "ladder"

    kit = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        own = options(self)
        slices = [
            name for name in expand(graph, own["containers"]) if name.rpartition(".")[2] not in own["kit"]
        ]
        if not slices:
            return ContractCheck(kept=True)
        own["containers"] = [ModuleExpression(name) for name in sorted(slices)]
        return super().check(graph, verbose)


class ForbiddenWhereBuiltContract(ForbiddenContract):
    """The built-in `forbidden`, but a room of ours that is not built yet is no error."""

    type_name = "forbidden_where_built"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        roots = set(self.session_options["root_packages"])
        own = options(self)
        own["source_modules"] = {ModuleExpression(name) for name in expand(graph, own["source_modules"])}
        own["forbidden_modules"] = {
            expression
            for expression in own["forbidden_modules"]
            if expression.expression.partition(".")[0] not in roots or expand(graph, [expression])
        }
        return super().check(graph, verbose)


class DirectImportContract(Contract):
    """Base of the contracts that judge one direct import at a time and print it as `importer -> imported`."""

    modules = fields.SetField(subfield=fields.ModuleExpressionField())
    broken_contract_guidance = fields.TextField(required=False)

    def is_allowed(self, graph: ImportGraph, importer: str, room: str) -> bool:
        """Whether the importer may import the room or anything inside it."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        illegal: list[str] = []
        for room in sorted(expand(graph, options(self)["modules"])):
            for imported in sorted({room} | graph.find_descendants(room)):
                for importer in sorted(graph.find_modules_that_directly_import(imported)):
                    if is_inside(importer, room) or self.is_allowed(graph, importer, room):
                        continue
                    lines = graph.get_import_details(importer=importer, imported=imported)
                    where = ", ".join(f"l.{detail['line_number']}" for detail in lines)
                    illegal.append(f"{importer} -> {imported} ({where})")
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["illegal"]:
            output.print_error(f"- {line}", bold=False)
        if self.broken_contract_guidance:
            output.new_line()
            output.print(str(self.broken_contract_guidance))
        output.new_line()


class OnlyByContract(DirectImportContract):
    """The `modules` are imported by the `importers` alone, not even by their own slice."""

    type_name = "only_by"

    importers = fields.SetField(subfield=fields.ModuleExpressionField())

    def is_allowed(self, graph: ImportGraph, importer: str, room: str) -> bool:
        return any(is_inside(importer, allowed) for allowed in expand(graph, options(self)["importers"]))


class HomeContract(DirectImportContract):
    """Each of the `modules` is imported inside its own slice, by the `registry`, and by `guests` unless `closed`."""

    type_name = "home"

    guests = fields.SetField(subfield=fields.ModuleExpressionField())
    closed = fields.SetField(subfield=fields.ModuleExpressionField())
    registry = fields.SetField(subfield=fields.ModuleExpressionField())

    def is_allowed(self, graph: ImportGraph, importer: str, room: str) -> bool:
        allowed = {room.rpartition(".")[0]} | expand(graph, options(self)["registry"])
        if room not in expand(graph, options(self)["closed"]):
            allowed |= expand(graph, options(self)["guests"])
        return any(is_inside(importer, package) for package in allowed)
