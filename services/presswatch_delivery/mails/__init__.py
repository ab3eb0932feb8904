"""How a message looks as a mail: its view, as text, as HTML, and with its headers."""
