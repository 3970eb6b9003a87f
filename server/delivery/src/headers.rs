//! Headers that tell how to stop such mails, by a link (RFC 2369 §3.2) to which a bare POST is enough (RFC 8058); and that no person wrote the
//! mail, so that no program answers it (RFC 3834 §5).

use std::{convert::Infallible, error::Error};

use lettre::message::header::{Header, HeaderName, HeaderValue};

/// `<https://…>`.
#[derive(Debug, Clone)]
pub struct ListUnsubscribe(pub String);

#[derive(Debug, Clone, Copy)]
pub struct ListUnsubscribePost;

#[derive(Debug, Clone, Copy)]
pub struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok::<_, Infallible>(Self).map_err(Into::into)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        // Not folded: a link over two lines would be broken.
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
    }
}

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok::<_, Infallible>(Self).map_err(Into::into)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}
