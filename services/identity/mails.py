"""The texts of mails that identity sends, in the language of whom they go to."""

from __future__ import annotations

from typing import Final

from chassis.mail.outgoing import Mail

_SUBJECT: Final = {"en": "Your new password for Rapport", "pt-BR": "Sua nova senha do Rapport"}
_TEXT: Final = {
    "en": """Hello {name},

somebody, probably you, asked for a new password. Choose one here:

{link}

The link works once, for {minutes} minutes. If it was not you, nothing has changed: ignore this
mail.
""",
    "pt-BR": """Olá, {name},

alguém, provavelmente você, pediu uma nova senha. Escolha-a aqui:

{link}

O link funciona uma vez, por {minutes} minutos. Se não foi você, nada mudou: ignore este e-mail.
""",
}


def password_mail(to: str, name: str, locale: str | None, link: str, minutes: int) -> Mail:
    """The mail with the link to a new password."""
    language = locale if locale in _TEXT else "en"
    text = _TEXT[language].format(name=name, link=link, minutes=minutes)
    return Mail(to, _SUBJECT[language], text)
