"""One module a channel, each with a class that keeps the promise of `channels.port.AlertSender`."""
