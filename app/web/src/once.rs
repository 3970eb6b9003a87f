//! A form submitted twice is carried out once. Each page gives its forms a random token, so that the same fields with the same token
//! are the same submission: the second one waits for the first, and leads where the first one led. Once the sender opened another page
//! or submitted another form, it is a new submission.
//!
//! This is known to one process only, for a few seconds. What must never be created twice, in any process and at any time, has an id
//! derived from the form (`id_once`) or a rule in its use case.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;
use tokio::sync::OwnedMutexGuard;

use crate::{
    cookies,
    form::FormData,
    kept,
    state::App,
    upload::UploadedFile,
    visitor::{SESSION_COOKIE, VISIT_COOKIE, cookie_name},
};

/// How long after the first answer an identical form is still the same submission.
const REMEMBERED: Duration = Duration::from_secs(10);

/// A redirection, with the cookies of the session that it may have begun or ended.
#[derive(Debug, Clone)]
struct Answer {
    location: HeaderValue,
    cookies: Vec<HeaderValue>,
}

impl IntoResponse for &Answer {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, self.location.clone());
        response.headers_mut().extend(self.cookies.iter().map(|cookie| (header::SET_COOKIE, cookie.clone())));
        response
    }
}

/// `None` while the form is being carried out.
type Slot = Arc<tokio::sync::Mutex<Option<Answer>>>;

/// By sender, the last form.
type Slots = Mutex<HashMap<String, (Form, Slot)>>;

/// Forms being carried out, or answered a few seconds ago.
#[derive(Debug, Default)]
pub struct Once(Arc<Slots>);

/// Which form it is, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The token of the session or of the visit.
    sender: String,
    /// A keyed hash, since forms hold passwords.
    hash: String,
}

impl Form {
    /// `None` for a form without a page token. Documents are told apart by name and size.
    pub fn of(app: &App, path: &str, data: &FormData, files: &[UploadedFile]) -> Option<Self> {
        let (sender, _) = data.text("csrf").split_once('.')?;
        let fields: Vec<(&str, &str)> = data.pairs().collect();
        let files: Vec<(&str, &str, usize)> = files.iter().map(UploadedFile::described).collect();
        let hash = app.cx.keys.mac("form sent once", &format!("{path} {fields:?} {files:?}"));
        Some(Self { sender: sender.to_owned(), hash })
    }
}

/// Held by the submission that is carried out; identical ones wait until it is dropped.
#[derive(Debug)]
pub struct First {
    answer: OwnedMutexGuard<Option<Answer>>,
    form: Form,
    slots: Arc<Slots>,
}

impl First {
    /// Remembers a redirection. A page with answers to correct or an error is not remembered: the form may be sent again. Nor is a
    /// page of success, which may show what is shown only once.
    pub fn answered(mut self, response: &Response) {
        if response.status() == StatusCode::SEE_OTHER
            && let Some(location) = response.headers().get(header::LOCATION)
            && !kept::is_kept_page(location)
        {
            let cookies = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
            *self.answer = Some(Answer { location: location.clone(), cookies });
        }
    }
}

impl Drop for First {
    fn drop(&mut self) {
        let (slots, form) = (self.slots.clone(), self.form.clone());
        let forget = move || {
            let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
            if slots.get(&form.sender).is_some_and(|(last, _)| *last == form) {
                slots.remove(&form.sender);
            }
        };
        if self.answer.is_none() {
            forget();
        } else {
            tokio::spawn(async move {
                tokio::time::sleep(REMEMBERED).await;
                forget();
            });
        }
    }
}

impl Once {
    /// The right to carry the form out, or the answer it got already.
    pub async fn enter(&self, form: Form) -> Result<First, Response> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (last, slot) = slots.entry(form.sender.clone()).or_insert_with(|| (form.clone(), Slot::default()));
            if *last != form {
                (*last, *slot) = (form.clone(), Slot::default());
            }
            slot.clone()
        };
        let answer = slot.lock_owned().await;
        match answer.as_ref() {
            Some(known) => Err(known.into_response()),
            None => Ok(First { answer, form, slots: self.0.clone() }),
        }
    }

    /// The answer of a form that has just been carried out and changed the session, for the browser that still shows the cookie of
    /// the session or visit it was sent in.
    pub async fn answer_of(&self, app: &App, headers: &HeaderMap, form: &Form) -> Option<Response> {
        let shown = [SESSION_COOKIE, VISIT_COOKIE].into_iter().filter_map(|name| cookies::token(headers, &cookie_name(app, name)));
        let known = shown.into_iter().any(|token| app.cx.keys.mac("csrf", token).as_bytes().ct_eq(form.sender.as_bytes()).into());
        let slot = {
            let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            slots.get(&form.sender).filter(|(last, _)| known && last == form).map(|(_, slot)| slot.clone())
        }?;
        // The session changes before the first submission is answered.
        let answer = slot.lock().await;
        answer.as_ref().map(IntoResponse::into_response)
    }

    /// Their next submission is a new one.
    pub fn page_opened(&self, csrf: &str) {
        let Some((sender, _)) = csrf.split_once('.') else { return };
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.get(sender).is_some_and(|(_, slot)| slot.try_lock().is_ok_and(|answer| answer.is_some())) {
            slots.remove(sender);
        }
    }
}
