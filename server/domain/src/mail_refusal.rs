//! Which part of a delivery a mail server refused. It is recorded as a prefix of the server's answer, and says whose fault the refusal is.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedPart {
    /// The site itself, before any message: encryption, authentication, relaying.
    Connection,
    /// The address the site writes from.
    Sender,
    /// This message; its recipient's address may be valid.
    Message,
    /// The address of the recipient.
    Recipient,
}

impl RefusedPart {
    pub const ALL: [Self; 4] = [Self::Connection, Self::Sender, Self::Message, Self::Recipient];

    /// The prefix of the recorded answer.
    pub fn noted(self) -> &'static str {
        match self {
            Self::Connection => "mail server, of this site:",
            Self::Sender => "mail server, of the sender:",
            Self::Message => "mail server, of the message:",
            Self::Recipient => "mail server:",
        }
    }

    pub fn of(noted: &str) -> Self {
        Self::ALL.into_iter().find(|part| noted.starts_with(part.noted())).unwrap_or(Self::Recipient)
    }

    /// The settings of the site or of its mail server have to be fixed: the message and its address are not at fault.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Connection | Self::Sender)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_read_back() {
        for part in RefusedPart::ALL {
            assert_eq!(RefusedPart::of(&format!("{} permanent error (550)", part.noted())), part);
        }
        for noted in ["mail server: permanent error (550): mail server, of the sender:", "the recipient is not an address", ""] {
            assert_eq!(RefusedPart::of(noted), RefusedPart::Recipient, "{noted}");
        }
    }
}
