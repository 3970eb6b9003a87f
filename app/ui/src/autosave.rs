//! Saves the form around it, a few seconds after the last keystroke or when the page is left, and shows when. The form works the same
//! without it, and the server enforces every rule. Only a form whose address is that of the page is saved, to the autosave address that
//! the routes derive from it: the markup of the page never chooses where the data is sent.

use leptos::prelude::*;

/// The server answers `{"version": 5, "at": "14:03"}`.
#[island]
pub fn Autosave() -> impl IntoView {
    let status = RwSignal::new(String::new());
    let node = NodeRef::<leptos::html::P>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            browser::watch(&element, status);
        }
    });
    view! { <p class="hb-autosave" role="status" node_ref=node>{move || status.get()}</p> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };

    use domain::routes;
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{
        Element, Event, EventTarget, FormData, Headers, HtmlElement, HtmlFormElement, HtmlInputElement, RequestInit, Response, SubmitEvent,
        UrlSearchParams,
    };

    const PAUSE_MS: i32 = 2500;

    /// One form and its savings, one at a time: two at once would conflict with each other, and so would a button with a saving.
    struct Saver {
        form: HtmlFormElement,
        url: String,
        status: RwSignal<String>,
        /// Set while somebody types, until the pause is over.
        timer: Cell<Option<i32>>,
        saving: Cell<bool>,
        /// A button that was pressed during a saving: the form is submitted by it afterwards.
        pressed: RefCell<Option<Option<HtmlElement>>>,
    }

    pub fn watch(element: &Element, status: RwSignal<String>) {
        let Some(form) = element.closest("form").ok().flatten().and_then(|e| e.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Some(url) = beside(&form) else { return };
        let Some(window) = web_sys::window() else { return };
        let saver = Rc::new(Saver { form, url, status, timer: Cell::new(None), saving: Cell::new(false), pressed: RefCell::new(None) });
        let form = saver.form.clone();
        listen(&form, "input", {
            let saver = saver.clone();
            move |_| saver.clone().wait()
        });
        listen(&form, "submit", {
            let saver = saver.clone();
            move |event| saver.submitted(&event)
        });
        listen(&window, "pagehide", move |_| {
            if saver.stop_waiting() {
                spawn_local(saver.clone().save());
            }
        });
    }

    /// For as long as the page lives.
    fn listen(target: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
        let act = Closure::<dyn FnMut(Event)>::new(act);
        let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
        act.forget();
    }

    impl Saver {
        /// Whether something was typed that is not saved yet.
        fn stop_waiting(&self) -> bool {
            let timer = self.timer.take();
            if let (Some(timer), Some(window)) = (timer, web_sys::window()) {
                window.clear_timeout_with_handle(timer);
            }
            timer.is_some()
        }

        /// Saves once nothing was typed for a while.
        fn wait(self: Rc<Self>) {
            self.stop_waiting();
            let Some(window) = web_sys::window() else { return };
            let saver = self.clone();
            let save = Closure::once_into_js(move || {
                saver.timer.set(None);
                if saver.saving.get() { saver.wait() } else { spawn_local(saver.save()) }
            });
            self.timer.set(window.set_timeout_with_callback_and_timeout_and_arguments_0(save.unchecked_ref(), PAUSE_MS).ok());
        }

        /// The button sends everything: a saving that has begun is waited for, one to come is not needed.
        fn submitted(&self, event: &Event) {
            if self.saving.get() {
                event.prevent_default();
                *self.pressed.borrow_mut() = Some(event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter));
            } else {
                self.stop_waiting();
            }
        }

        async fn save(self: Rc<Self>) {
            self.saving.set(true);
            let said = save(&self.form, &self.url).await;
            self.saving.set(false);
            self.status.set(said);
            let pressed = self.pressed.borrow_mut().take();
            if let Some(button) = pressed {
                let _ = self.form.request_submit_with_submitter(button.as_ref());
            }
        }
    }

    /// The autosave address, if the `action` of the form is the path of the page: any other form, such as an injected one, is not saved.
    fn beside(form: &HtmlFormElement) -> Option<String> {
        let (action, here) = (form.get_attribute("action")?, web_sys::window()?.location().pathname().ok()?);
        (action == here).then(|| routes::autosave_beside(&action)).flatten()
    }

    /// What is said beside the form.
    async fn save(form: &HtmlFormElement, url: &str) -> String {
        match send(form, url).await {
            Ok(Answer::Saved { version, at }) => {
                remember_version(form, &version);
                let files = if chosen_files(form) { ". Les documents choisis partiront avec le bouton «\u{a0}Enregistrer\u{a0}»." } else { "" };
                format!("Enregistré à {at}{files}")
            }
            Ok(Answer::Refused { version, sentence }) => {
                remember_version(form, &version);
                sentence
            }
            Ok(Answer::Stale) => "Cette page a été modifiée ailleurs. Enregistrez pour comparer les deux versions.".to_owned(),
            Ok(Answer::SignedOut) => {
                "Votre session est terminée. Utilisez le bouton «\u{a0}Enregistrer\u{a0}»\u{a0}: vous vous reconnecterez, votre saisie est gardée."
                    .to_owned()
            }
            Err(_) => "Enregistrement automatique impossible pour le moment. Utilisez le bouton «\u{a0}Enregistrer\u{a0}».".to_owned(),
        }
    }

    /// What the server says of an attempt to save.
    enum Answer {
        Saved {
            version: String,
            at: String,
        },
        /// All was saved except what the sentence names.
        Refused {
            version: String,
            sentence: String,
        },
        /// Somebody else saved in between.
        Stale,
        SignedOut,
    }

    /// `keepalive`: the request goes on when the page is left.
    async fn send(form: &HtmlFormElement, url: &str) -> Result<Answer, JsValue> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(&fields(form)?.into());
        let headers = Headers::new()?;
        headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8")?;
        init.set_headers(&headers);
        js_sys::Reflect::set(&init, &"keepalive".into(), &true.into())?;
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()?;
        match response.status() {
            200 | 422 => {}
            401 | 403 => return Ok(Answer::SignedOut),
            409 => return Ok(Answer::Stale),
            _ => return Err(JsValue::NULL),
        }
        let body = JsFuture::from(response.json()?).await?;
        let text = |name: &str| js_sys::Reflect::get(&body, &name.into())?.as_string().ok_or(JsValue::NULL);
        let version = text("version")?;
        Ok(if response.ok() { Answer::Saved { version, at: text("at")? } } else { Answer::Refused { version, sentence: text("message")? } })
    }

    fn chosen_files(form: &HtmlFormElement) -> bool {
        let inputs = form.query_selector_all("input[type=file]").ok();
        let all = inputs.iter().flat_map(|list| (0..list.length()).filter_map(|at| list.get(at)));
        all.filter_map(|node| node.dyn_into::<HtmlInputElement>().ok()).any(|input| !input.value().is_empty())
    }

    /// All fields except files, which are sent by the buttons only.
    fn fields(form: &HtmlFormElement) -> Result<UrlSearchParams, JsValue> {
        let (data, sent) = (FormData::new_with_form(form)?, UrlSearchParams::new()?);
        for entry in js_sys::try_iter(&data)?.into_iter().flatten() {
            let pair: js_sys::Array = entry?.dyn_into()?;
            if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
                sent.append(&name, &value);
            }
        }
        Ok(sent)
    }

    fn remember_version(form: &HtmlFormElement, version: &str) {
        let input = form.query_selector("input[name=version]").ok().flatten().and_then(|e| e.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            input.set_value(version);
        }
    }
}
