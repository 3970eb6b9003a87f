//! Which addresses the site writes to: those its mail server can carry.

use domain::{
    catalogue::{Block, Form},
    contact::Email,
    form::{self, Answers, FieldProblem, Problem},
};

use crate::Habilitation;

impl Habilitation {
    /// Whether the mail server takes addresses with accents before the at sign (SMTPUTF8, RFC 6531).
    #[must_use]
    pub fn with_international_mail(self, international_mail: bool) -> Self {
        Self { international_mail, ..self }
    }

    /// Parses an address that the site will write to.
    pub(crate) fn mailbox(&self, text: &str) -> Result<Email, Problem> {
        let email = Email::parse(text).ok_or(Problem::Email)?;
        if email.is_international() && !self.international_mail { Err(Problem::AccentedMailbox) } else { Ok(email) }
    }

    /// Everything wrong with one block of a request.
    pub fn check_block(&self, service: &Form, block: &Block, answers: &Answers) -> Vec<FieldProblem> {
        let mut problems = form::check_block(service, block, answers);
        if !self.international_mail {
            problems.extend(form::accented_mailboxes(block, answers));
        }
        problems
    }
}
