//! The cookies browsers give back.

use axum::http::{HeaderMap, header};
use cookie::Cookie;

/// The value of this cookie, the first where there are several.
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut all = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    all.find(|cookie| cookie.name() == name).and_then(|cookie| cookie.value_raw())
}

/// The token in this cookie, if it has the format of our tokens: 64 hexadecimal digits.
pub fn token<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    value(headers, name).filter(|value| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
