"""A mail as it goes over the wire: headers that mail programs sort, thread and unsubscribe by, and both bodies.

The same message gives the same bytes, so that a mail that comes twice is recognised.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from presswatch_delivery.channels.port import Message
from presswatch_delivery.mails.html import mail_html
from presswatch_delivery.mails.text import mail_text
from presswatch_delivery.mails.view import mail_view
from presswatch_shared.clock import from_micros
from presswatch_shared.ids import alert_id, webhook_id
from presswatch_shared.messages import AlertMessage
from presswatch_shared.plain_text import one_line
from presswatch_shared.smtp_settings import SmtpSettings

__all__ = ["mail_bytes"]

# Programs read these as they stand: one that is folded into encoded words is no address to them.
WHOLE = frozenset(("list-unsubscribe", "list-id", "message-id", "in-reply-to", "references"))
LONGEST_NAME, LONGEST_SUBJECT = 80, 200


class MailPolicy(EmailPolicy):
    """CRLF, seven bits (no server must be asked whether it takes more), addresses and ids in one line."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in WHOLE and str(value).isascii():
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


def mail_bytes(message: Message, settings: SmtpSettings, public_url: str) -> bytes:
    """The mail with CRLF line ends."""
    view = mail_view(message, public_url)
    mail = EmailMessage(MailPolicy(linesep="\r\n", cte_type="7bit"))
    mail["From"] = Address(_header_text(settings.sender_name, LONGEST_NAME), addr_spec=settings.sender)
    mail["To"] = Address(addr_spec=message.target)
    mail["Subject"] = _header_text(view.subject, LONGEST_SUBJECT)
    mail["Date"] = format_datetime(from_micros(message.queued_at))
    mail["Message-ID"] = f"<{message.id}@{settings.domain}>"
    earlier = _earlier(message)
    if earlier:
        mail["In-Reply-To"] = mail["References"] = f"<{earlier}@{settings.domain}>"
    mail["List-Id"] = f"<{message.watch_id}.presswatch.{settings.domain}>"
    mail["List-Unsubscribe"] = f"<{view.unsubscribe_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # RFC 3834: no answers from machines.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(mail_text(view))
    mail.add_alternative(mail_html(view), subtype="html")
    mail.set_boundary(f"=_{message.id}")
    return mail.as_bytes()


def _header_text(text: str, limit: int) -> str:
    """One line, in which nothing is taken for an encoded word (RFC 2047): that could decode to several lines."""
    return one_line(text, limit).replace("=?", "= ?")


def _earlier(message: Message) -> str:
    """The id of the mail that an update belongs below."""
    content = message.content
    if not isinstance(content, AlertMessage) or content.kind != "updated":
        return ""
    first = alert_id(content.watch_id, content.story_id, "fired")
    return webhook_id(first, message.channel_id, "fired")
