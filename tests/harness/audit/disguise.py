"""The same code in other clothes: other attribute names, other locals, layers made in the opposite order."""

import libcst as cst


def disguised(text):
    """A module whose classes name their layers otherwise and make them in reverse order."""
    return cst.parse_module(text).visit(_Classes()).code


class _Classes(cst.CSTTransformer):
    def leave_ClassDef(self, original_node, updated_node):
        names = set()
        for statement in _constructor(original_node):
            if name := _layer(statement):
                names.add(name)
        return updated_node.visit(_Renamed(names)).visit(_Reversed())


class _Renamed(cst.CSTTransformer):
    def __init__(self, names):
        self.names = names

    def leave_Attribute(self, original_node, updated_node):
        if _is_self(original_node.value) and original_node.attr.value in self.names:
            other = "my_" + original_node.attr.value[::-1]
            return updated_node.with_changes(attr=cst.Name(other))
        return updated_node


class _Reversed(cst.CSTTransformer):
    def leave_FunctionDef(self, original_node, updated_node):
        if original_node.name.value != "__init__":
            return updated_node
        statements, run = [], []
        for statement in updated_node.body.body:
            if _layer(statement) and "self." not in _code(statement).split("=", 1)[1]:
                run.append(statement)
                continue
            statements += run[::-1]
            run = []
            statements.append(statement)
        body = updated_node.body.with_changes(body=[*statements, *run[::-1]])
        return updated_node.with_changes(body=body)


def _constructor(class_):
    for part in class_.body.body:
        if isinstance(part, cst.FunctionDef) and part.name.value == "__init__":
            return part.body.body
    return []


def _layer(statement):
    """The attribute that a statement `self.name = nn.Something(...)` makes; none for any other."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Attribute(value=owner, attr=attr))],
                    value=cst.Call(func=cst.Attribute(value=cst.Name("nn"))),
                )
            ]
        ) if _is_self(owner):
            return attr.value
    return None


def _is_self(node):
    return isinstance(node, cst.Name) and node.value == "self"


def _code(node):
    return cst.Module([]).code_for_node(node)
