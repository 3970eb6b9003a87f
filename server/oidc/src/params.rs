//! The parameters of a query string or a form, with the rules common to every endpoint.

use url::form_urlencoded;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    #[error("parameters longer than {} bytes", Params::MAX_BYTES)]
    TooLong,
    #[error("parameters are not UTF-8 text")]
    NotText,
    /// RFC 6749 §3.1.
    #[error("parameter {0} repeated")]
    Repeated(&'static str),
}

impl Params {
    /// Of a whole query string or form.
    pub const MAX_BYTES: usize = 16 * 1024;

    pub fn parse(raw: &[u8]) -> Result<Self, ParamError> {
        if raw.len() > Self::MAX_BYTES {
            return Err(ParamError::TooLong);
        }
        let pairs: Vec<(String, String)> = form_urlencoded::parse(raw).into_owned().collect();
        // The decoder replaces invalid UTF-8 by U+FFFD, so that this character is refused too.
        let is_text = |text: &str| !text.contains(['\u{fffd}', '\0']);
        if pairs.iter().all(|(name, value)| is_text(name) && is_text(value)) { Ok(Self(pairs)) } else { Err(ParamError::NotText) }
    }

    /// `None` when the parameter is absent; an empty value is present.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, ParamError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { Err(ParamError::Repeated(name)) } else { Ok(first) }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// As [`Params::one`], an empty value counting as absent.
    pub fn filled(&self, name: &'static str) -> Result<Option<&str>, ParamError> {
        Ok(self.one(name)?.filter(|value| !value.is_empty()))
    }

    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_only_once_each_and_bounded() {
        let params = Params::parse(b"a=1&b=&a=2&c=%C3%A9+%2B").expect("valid");
        assert_eq!(params.one("a"), Err(ParamError::Repeated("a")));
        assert_eq!(params.one("b"), Ok(Some("")));
        assert_eq!(params.filled("b"), Ok(None));
        assert_eq!(params.one("c"), Ok(Some("é +")));
        assert_eq!(params.one("d"), Ok(None));
        for bad in [b"a=%00".as_slice(), b"a=%ff", b"\xff=1"] {
            assert_eq!(Params::parse(bad), Err(ParamError::NotText));
        }
        assert_eq!(Params::parse(&vec![b'a'; Params::MAX_BYTES + 1]), Err(ParamError::TooLong));
    }
}
