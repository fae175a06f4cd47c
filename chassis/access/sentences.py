"""The sentences of `chassis.access.explain`, in the languages that Rapport speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.catalogue import ENTITIES

LANGUAGES: Final = ("en", "pt-BR")

_OUTCOME: Final = {
    "unknown_user": {
        "en": "There is no such user.",
        "pt-BR": "Esse usuário não existe.",
    },
    "inactive_user": {
        "en": "{user} is deactivated and has no rights.",
        "pt-BR": "{user} está desativado e não tem direitos.",
    },
    "not_granted": {
        "en": "{user} may not {operation} {several}: no role grants it.",
        "pt-BR": "{user} não pode {operation} {several}: nenhum papel concede.",
    },
    "not_covered": {
        "en": "{user} may not {operation} {this}: {giver}, which does not reach it.",
        "pt-BR": "{user} não pode {operation} {this}: {giver}, o que não o alcança.",
    },
    "granted": {
        "en": "{user} may {operation} {several}: {giver}.",
        "pt-BR": "{user} pode {operation} {several}: {giver}.",
    },
    "everyone": {
        "en": "{user} may {operation} {this}: {giver}.",
        "pt-BR": "{user} pode {operation} {this}: {giver}.",
    },
    "own": {
        "en": "{user} may {operation} {this}, being responsible for it: {giver}.",
        "pt-BR": "{user} pode {operation} {this}, por ser responsável: {giver}.",
    },
    "department": {
        "en": "{user} may {operation} {this} of a colleague in the department: {giver}.",
        "pt-BR": "{user} pode {operation} {this} de um colega do departamento: {giver}.",
    },
    "subdepartments": {
        "en": "{user} may {operation} {this} of a department below: {giver}.",
        "pt-BR": "{user} pode {operation} {this} de um departamento abaixo: {giver}.",
    },
    "open": {
        "en": "{user} may {operation} {this}, which is open: {giver}.",
        "pt-BR": "{user} pode {operation} {this}, que é aberto: {giver}.",
    },
    "observer": {
        "en": "{user} may {operation} {this}, being one of those it names: {giver}.",
        "pt-BR": "{user} pode {operation} {this}, por ser uma das pessoas nele: {giver}.",
    },
    "link": {
        "en": "{user} may {operation} {this}, reading a record it links to: {giver}.",
        "pt-BR": "{user} pode {operation} {this}, por ler um registro ligado: {giver}.",
    },
}
# Records of any entity are of one gender in Portuguese.
_THIS: Final = {"en": "this {one}", "pt-BR": "este registro de {several}"}
_RULE: Final = {
    "administrator": {
        "en": "role {role}{through} allows everything",
        "pt-BR": "o papel {role}{through} permite tudo",
    },
    "setting": {
        "en": "role {role}{through} has the setting {setting}",
        "pt-BR": "o papel {role}{through} tem a configuração {setting}",
    },
    "stage": {
        "en": "role {role}{through} gives {level} by its rule for the stage",
        "pt-BR": "o papel {role}{through} dá {level} pela regra da etapa",
    },
    "grant": {
        "en": "role {role}{through} gives {level}",
        "pt-BR": "o papel {role}{through} dá {level}",
    },
}
_NOBODY: Final = {
    "en": "every active user may",
    "pt-BR": "todo usuário ativo pode",
}
_CAPPED: Final = {
    "en": ", limited to {level} by what may be read",
    "pt-BR": ", limitado a {level} pelo que pode ser lido",
}
_THROUGH: Final = {
    "en": {
        "user": "",
        "user_group": " (through group {name})",
        "project_group": " (through project group {name})",
        "department": " (through department {name})",
    },
    "pt-BR": {
        "user": "",
        "user_group": " (pelo grupo {name})",
        "project_group": " (pelo grupo de projeto {name})",
        "department": " (pelo departamento {name})",
    },
}
_LEVELS: Final = {
    "en": {
        "none": "nothing",
        "own": "own records",
        "department": "the department's records",
        "subdepartments": "the records of the department and those below",
        "open": "the department's records, those below and open ones",
        "all": "all records",
    },
    "pt-BR": {
        "none": "nada",
        "own": "os próprios registros",
        "department": "os registros do departamento",
        "subdepartments": "os registros do departamento e dos abaixo",
        "open": "os registros do departamento, dos abaixo e os abertos",
        "all": "todos os registros",
    },
}
_OPERATIONS: Final = {
    "pt-BR": {
        "read": "ler",
        "add": "criar",
        "update": "alterar",
        "delete": "excluir",
        "import": "importar",
        "export": "exportar",
    },
}


def sentence(explanation: Mapping[str, Any], user_name: str) -> dict[str, str]:
    """The explanation as one sentence in each language."""
    return {language: _sentence(explanation, user_name, language) for language in LANGUAGES}


def _sentence(explanation: Mapping[str, Any], user_name: str, language: str) -> str:
    operation, several = explanation["operation"], _several(explanation["entity"], language)
    return _OUTCOME[explanation["because"]][language].format(
        user=user_name,
        operation=_OPERATIONS.get(language, {}).get(operation, operation),
        this=_THIS[language].format(one=explanation["entity"].replace("_", " "), several=several),
        several=several,
        giver=_giver(explanation, language),
    )


def _several(entity: str, language: str) -> str:
    """What people call several records of `entity`, within a sentence."""
    contract = ENTITIES.get(entity)
    return contract.plural_labels[language].lower() if contract else entity


def _giver(explanation: Mapping[str, Any], language: str) -> str:
    role = explanation["decided_by"]
    if role is None:
        return _NOBODY[language]
    levels = _LEVELS[language]
    way = role["through"][0] if role["through"] else {"kind": "user", "name": ""}
    said = _RULE[role["rule"]][language].format(
        role=_in_language(role["name"], language) or role["role"],
        through=_THROUGH[language][way["kind"]].format(name=way["name"]),
        level=levels[role["level"]],
        setting=explanation["setting"],
    )
    if explanation["capped_by_read"]:
        said += _CAPPED[language].format(level=levels[explanation["level"]])
    return said


def _in_language(name: Any, language: str) -> str:
    if isinstance(name, Mapping):
        return str(name.get(language) or name.get("en") or "")
    return str(name or "")
