//! `navigator.credentials`, from the options in JSON to the answer in JSON. The browser's own conversions
//! (`parseCreationOptionsFromJSON`, `toJSON`) are too recent for the computers of many offices.

use std::{cell::Cell, rc::Rc};

use domain::routes::Ceremony;
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, FormData, Headers, HtmlFormElement, HtmlInputElement, RequestInit, Response, UrlSearchParams};

use crate::passkey::{ANSWER, base64url};

const RELOAD: &str = "La demande n’a pas abouti. Rechargez la page, puis recommencez.";

pub fn watch(element: &Element, said: RwSignal<String>, failed: RwSignal<bool>) {
    let Some(form) = element.closest("form").ok().flatten().and_then(|e| e.dyn_into::<HtmlFormElement>().ok()) else { return };
    let Some(ceremony) = form.get_attribute("action").and_then(|action| Ceremony::of_form(&action)) else { return };
    let (busy, target) = (Rc::new(Cell::new(false)), form.clone());
    let on_submit = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        event.prevent_default();
        if busy.replace(true) {
            return;
        }
        failed.set(false);
        said.set("Suivez les indications de votre navigateur.".to_owned());
        let (form, busy) = (form.clone(), busy.clone());
        spawn_local(async move {
            match held(&form, ceremony).await {
                Ok(answer) => send(&form, &answer),
                Err(sentence) => {
                    failed.set(true);
                    said.set(sentence);
                }
            }
            busy.set(false);
        });
    });
    // Listens for as long as the page lives.
    let _ = target.add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
    on_submit.forget();
}

/// Submits the form, then empties the field: the browser may restore the page from its history.
fn send(form: &HtmlFormElement, answer: &str) {
    let Some(input) = form.query_selector(&format!("input[name={ANSWER}]")).ok().flatten().and_then(|e| e.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    input.set_value(answer);
    let _ = form.submit();
    input.set_value("");
}

/// The answer of the authenticator, or the sentence that says why there is none.
async fn held(form: &HtmlFormElement, ceremony: Ceremony) -> Result<String, String> {
    let adding = ceremony == Ceremony::Creation;
    let credentials = credentials().ok_or_else(|| unsupported(adding))?;
    let options = ask(form, ceremony.options()).await?;
    let told = |error: JsValue| sentence(&error, adding);
    let options = decoded(&options).map_err(told)?;
    let method: Function = get(&credentials, if adding { "create" } else { "get" }).and_then(JsCast::dyn_into).map_err(told)?;
    let promise: Promise = method.call1(&credentials, &options).and_then(JsCast::dyn_into).map_err(told)?;
    let credential = JsFuture::from(promise).await.map_err(told)?;
    written(&credential, adding).map_err(told)
}

/// `None` outside a secure context (HTTPS or localhost), or in a browser without WebAuthn.
fn credentials() -> Option<JsValue> {
    let window = web_sys::window()?;
    let known = |value: &JsValue| !value.is_undefined() && !value.is_null();
    get(&window, "PublicKeyCredential").ok().filter(known)?;
    let navigator = get(&window, "navigator").ok()?;
    get(&navigator, "credentials").ok().filter(known)
}

fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}

fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(|_| ())
}

/// The options, asked for with everything the form holds.
async fn ask(form: &HtmlFormElement, url: &str) -> Result<JsValue, String> {
    let response = post(form, url).await.map_err(|_| RELOAD.to_owned())?;
    let status = response.status();
    if status == 429 {
        return Err("Trop de tentatives. Patientez une minute avant de recommencer.".to_owned());
    }
    let body = response.json().map_err(|_| RELOAD.to_owned())?;
    let body = JsFuture::from(body).await.map_err(|_| RELOAD.to_owned())?;
    if status == 422 {
        return Err(get(&body, "erreur").ok().and_then(|text| text.as_string()).unwrap_or_else(|| RELOAD.to_owned()));
    }
    if response.ok() { Ok(body) } else { Err(RELOAD.to_owned()) }
}

async fn post(form: &HtmlFormElement, url: &str) -> Result<Response, JsValue> {
    let (data, sent) = (FormData::new_with_form(form)?, UrlSearchParams::new()?);
    for entry in js_sys::try_iter(&data)?.into_iter().flatten() {
        let pair: js_sys::Array = entry?.dyn_into()?;
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            sent.append(&name, &value);
        }
    }
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8")?;
    init.set_method("POST");
    init.set_body(&sent.into());
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()
}

/// The same options, with bytes where JSON has text.
fn decoded(options: &JsValue) -> Result<JsValue, JsValue> {
    let public_key = get(options, "publicKey")?;
    decode_in(&public_key, "challenge")?;
    let user = get(&public_key, "user")?;
    if user.is_object() {
        decode_in(&user, "id")?;
    }
    for list in ["excludeCredentials", "allowCredentials"] {
        let list = get(&public_key, list)?;
        if !list.is_object() {
            continue;
        }
        for descriptor in js_sys::try_iter(&list)?.into_iter().flatten() {
            decode_in(&descriptor?, "id")?;
        }
    }
    let asked = Object::new();
    set(&asked, "publicKey", &public_key)?;
    Ok(asked.into())
}

fn decode_in(object: &JsValue, name: &str) -> Result<(), JsValue> {
    let text = get(object, name)?.as_string().ok_or(JsValue::NULL)?;
    set(object, name, &Uint8Array::from(base64url::decode(&text).as_slice()))
}

/// The credential in JSON, with text where it has bytes.
fn written(credential: &JsValue, adding: bool) -> Result<String, JsValue> {
    let (whole, response, given) = (Object::new(), Object::new(), get(credential, "response")?);
    for name in ["id", "type"] {
        set(&whole, name, &get(credential, name)?)?;
    }
    encode_in(&whole, credential, "rawId")?;
    let parts: &[&str] =
        if adding { &["attestationObject", "clientDataJSON"] } else { &["authenticatorData", "clientDataJSON", "signature", "userHandle"] };
    for name in parts {
        encode_in(&response, &given, name)?;
    }
    set(&whole, "response", &response)?;
    js_sys::JSON::stringify(&whole).map(String::from)
}

fn encode_in(into: &JsValue, from: &JsValue, name: &str) -> Result<(), JsValue> {
    let bytes = get(from, name)?;
    if bytes.is_undefined() || bytes.is_null() {
        return Ok(());
    }
    set(into, name, &base64url::encode(&Uint8Array::new(&bytes).to_vec()).into())
}

fn unsupported(adding: bool) -> String {
    let instead = if adding { "une application d’authentification" } else { "un code" };
    format!("Ce navigateur ne permet pas d’utiliser une clé d’accès. Choisissez un autre navigateur, ou {instead}.")
}

/// By the name of the exception (W3C Web Authentication Level 3 § 5.1.3 and § 5.1.4).
fn sentence(error: &JsValue, adding: bool) -> String {
    let name = get(error, "name").ok().and_then(|name| name.as_string()).unwrap_or_default();
    let text = match (name.as_str(), adding) {
        ("NotAllowedError" | "AbortError", true) => "L’ajout a été interrompu. Recommencez quand vous le souhaitez.",
        ("NotAllowedError" | "AbortError", false) => "La vérification a été interrompue. Recommencez, ou utilisez un code.",
        ("InvalidStateError", true) => "Cette clé est déjà enregistrée sur votre compte.",
        ("NotSupportedError" | "ConstraintError", _) => "Cet appareil ne propose pas de clé d’accès qui convienne.",
        ("SecurityError", _) => "Cette page n’est pas ouverte à l’adresse habituelle d’Habilis\u{a0}: la clé d’accès ne peut pas servir ici.",
        _ => "La clé d’accès n’a pas répondu. Recommencez, ou utilisez un autre moyen.",
    };
    text.to_owned()
}
