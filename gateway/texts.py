"""Every text of a problem document, by code and language. Codes are stable, texts are not."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "pt-BR")

STATUS_TITLES: Final[dict[str, dict[int, str]]] = {
    "en": {
        400: "Malformed request",
        401: "Not signed in",
        403: "Not allowed",
        404: "Not found",
        405: "Method not allowed",
        409: "Conflict",
        412: "Changed in the meantime",
        413: "Too large",
        422: "Breaks a rule",
        428: "Version required",
        429: "Too many requests",
        500: "Internal error",
        503: "Temporarily unavailable",
    },
    "pt-BR": {
        400: "Requisição malformada",
        401: "Não autenticado",
        403: "Não permitido",
        404: "Não encontrado",
        405: "Método não permitido",
        409: "Conflito",
        412: "Alterado nesse meio-tempo",
        413: "Grande demais",
        422: "Viola uma regra",
        428: "Versão obrigatória",
        429: "Requisições demais",
        500: "Erro interno",
        503: "Temporariamente indisponível",
    },
}

# English details usually come with the refusal, which knows more; these stand in when it has none.
_ENGLISH: Final = {
    "malformed": "The request cannot be understood.",
    "unauthenticated": "Sign in to do this.",
    "forbidden": "You may not do this.",
    "not_found": "There is no such record, or you may not see it.",
    "conflict": "Something stands against this.",
    "stale_version": "The record has changed since you read it.",
    "too_large": "The request is too large.",
    "invalid": "A rule is broken.",
    "version_required": "Name the version you changed in If-Match.",
    "too_many_requests": "Too many requests. Try again later.",
    "unavailable": "This part is temporarily unavailable. Try again later.",
    "internal_error": "Something went wrong on our side.",
}

_PORTUGUESE: Final = {
    # whole requests
    "malformed": "A requisição não pode ser compreendida.",
    "bad_parameter": "Os parâmetros da consulta não podem ser compreendidos.",
    "not_json": "O corpo não é JSON em UTF-8.",
    "not_an_object": "O corpo deve ser um objeto JSON.",
    "null_character": "Textos não podem conter o caractere U+0000.",
    "content_type_not_supported": "O corpo deve ser JSON.",
    "bad_if_match": 'If-Match deve ser uma única etiqueta forte, como "7", ou *.',
    "bad_idempotency_key": "Idempotency-Key deve ter de 1 a 255 caracteres ASCII visíveis.",
    "bad_cursor": "O cursor não pertence a esta consulta.",
    "unknown_field": "Campo desconhecido.",
    "unknown_parameter": "Parâmetro desconhecido.",
    "unknown_operator": "Operador desconhecido.",
    "wrong_type": "O valor tem o tipo errado.",
    "repeated": "O parâmetro aparece mais de uma vez.",
    "unauthenticated": "Entre para fazer isto.",
    "token_invalid": "Entre para fazer isto.",
    "wrong_credentials": "E-mail ou senha incorretos.",
    "forbidden": "Você não pode fazer isto.",
    "operation_not_granted": "Nenhum dos seus papéis permite esta operação.",
    "setting_not_granted": "Nenhum dos seus papéis dá esta configuração.",
    "field_read_only": "Você pode ler este campo, mas não alterá-lo.",
    "user_required": "Isto exige um usuário.",
    "not_found": "O registro não existe, ou você não pode vê-lo.",
    "no_such_path": "Não há nada aqui.",
    "method_not_allowed": "Este caminho tem outros métodos.",
    "conflict": "Algo impede isto.",
    "duplicate": "Já existe um registro igual.",
    "taken_id": "Este identificador já está em uso.",
    "wrong_state": "O estado atual não permite isto.",
    "stale_version": "O registro mudou desde que você o leu.",
    "too_large": "A requisição é grande demais.",
    "body_too_large": "O corpo é grande demais.",
    "too_deep": "O JSON está aninhado demais.",
    "invalid": "Uma regra foi violada.",
    "required": "Este campo é obrigatório.",
    "out_of_range": "O número está fora do intervalo permitido.",
    "too_long": "O texto é longo demais.",
    "bad_format": "O formato está errado.",
    "unknown_choice": "Este valor não está na lista.",
    "unreadable_reference": "O registro referido não existe, ou você não pode vê-lo.",
    "reason_required": "Uma falha precisa de um motivo.",
    "idempotency_key_reused": "Esta Idempotency-Key foi usada com outro conteúdo.",
    "query_too_expensive": "A consulta custa demais. Restrinja-a.",
    "version_required": "Informe em If-Match a versão que você alterou.",
    "too_many_requests": "Requisições demais. Tente mais tarde.",
    "unavailable": "Esta parte está temporariamente indisponível. Tente mais tarde.",
    "service_unavailable": "Esta parte está temporariamente indisponível. Tente mais tarde.",
    "bus_unavailable": "O sistema está temporariamente indisponível. Tente mais tarde.",
    "bus_blocked": "O sistema está temporariamente indisponível. Tente mais tarde.",
    "bus_lost": "O sistema está temporariamente indisponível. Tente mais tarde.",
    "internal_error": "Algo deu errado do nosso lado.",
}

_BY_STATUS: Final = {
    400: "malformed", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 409: "conflict",
    412: "stale_version", 413: "too_large", 422: "invalid", 428: "version_required",
    429: "too_many_requests", 500: "internal_error", 503: "unavailable",
}  # fmt: skip


def sentence(code: str, language: str, said: str, status: int | None) -> str:
    """The text of `code` in `language`; `said` is the English one that came with the refusal."""
    general = _BY_STATUS.get(status, "") if status else ""
    if language == "en":
        return said or _ENGLISH.get(code) or _ENGLISH.get(general, "")
    return _PORTUGUESE.get(code) or _PORTUGUESE.get(general) or said
