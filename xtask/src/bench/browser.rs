//! A visitor with cookies who fills forms as a browser without JavaScript would.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect};

const CODE_PAGE: &str = "/connexion/code";

#[derive(Clone)]
pub struct Visitor {
    client: Client,
    base: String,
}

/// Where a chain of redirections ended.
pub enum Arrived {
    Page(String),
    /// At an address of the service provider, which is not fetched.
    Stopped(String),
}

impl Arrived {
    pub fn page(self) -> Result<String> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Stopped(url) => anyhow::bail!("expected a page, was sent to {url}"),
        }
    }

    pub fn stopped(self) -> Result<String> {
        match self {
            Self::Stopped(url) => Ok(url),
            Self::Page(page) => anyhow::bail!("expected to be sent back, got a page: {:.200}", page.split("<h1").nth(1).unwrap_or(&page)),
        }
    }
}

impl Visitor {
    pub fn new(base: &str) -> Result<Self> {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()
            .context("cannot make an HTTP client")?;
        Ok(Self { client, base: base.to_owned() })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        self.client.request(method, url)
    }

    /// The page, which must be a 200.
    pub async fn page(&self, path: &str) -> Result<String> {
        let answer = self.request(Method::GET, path).send().await.with_context(|| format!("GET {path}"))?;
        expect(&answer, path, StatusCode::OK)?;
        answer.text().await.with_context(|| format!("the body of {path}"))
    }

    /// The bytes on the wire of one answer's body (compressed if the server does) and the readable text; None when
    /// there is no such file.
    pub async fn transferred(&self, path: &str) -> Result<Option<(usize, String)>> {
        let get = || self.request(Method::GET, path);
        let asked = get().header(header::ACCEPT_ENCODING, "br, gzip").send();
        let answer = asked.await.with_context(|| format!("GET {path}"))?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        expect(&answer, path, StatusCode::OK)?;
        let bytes = answer.bytes().await.with_context(|| format!("the body of {path}"))?;
        let plain = get().send().await?.bytes().await?;
        Ok(Some((bytes.len(), String::from_utf8_lossy(&plain).into_owned())))
    }

    /// Reads the form's token, posts the fields with it, and gives the address of the redirection.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let form = self.page(path).await?;
        let token = hidden(&form, "csrf").with_context(|| format!("no hidden field `csrf` in {path}"))?;
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        let post = self.request(Method::POST, path);
        let post = post.header(header::ORIGIN, &self.base).header("sec-fetch-site", "same-origin");
        let answer = post.form(&all).send().await.with_context(|| format!("POST {path}"))?;
        expect(&answer, path, StatusCode::SEE_OTHER)?;
        let location = answer.headers().get(header::LOCATION).context("a redirection to nowhere")?;
        Ok(location.to_str().context("an unreadable redirection")?.to_owned())
    }

    /// Follows redirections until a page, or until one leads to `stop`.
    pub async fn follow(&self, path: &str, stop: &str) -> Result<Arrived> {
        let mut next = path.to_owned();
        for _ in 0..10 {
            let answer = self.request(Method::GET, &next).send().await.with_context(|| format!("GET {next}"))?;
            let Some(location) = answer.headers().get(header::LOCATION) else {
                expect(&answer, &next, StatusCode::OK)?;
                return Ok(Arrived::Page(answer.text().await?));
            };
            next = location.to_str().context("an unreadable redirection")?.to_owned();
            if next.starts_with(stop) {
                return Ok(Arrived::Stopped(next));
            }
        }
        anyhow::bail!("{path} redirects for ever")
    }

    /// Fills the form of `page` whose action ends with `action`, and follows.
    pub async fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)], stop: &str) -> Result<Arrived> {
        let (location, _) = self.send(page, action, fields).await?;
        if location.starts_with(stop) { Ok(Arrived::Stopped(location)) } else { self.follow(&location, stop).await }
    }

    /// Sends the first form of `page` whose action ends with `action`, every box ticked: where the answer leads, and after
    /// how long.
    pub async fn send(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Result<(String, Duration)> {
        let form = page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
        let mut forms = form.filter(|form| attribute(form.split('>').next().unwrap_or_default(), "action").is_some_and(|a| a.ends_with(action)));
        let form = forms.next().with_context(|| format!("no form for {action}"))?;
        let target = attribute(form.split('>').next().unwrap_or_default(), "action").unwrap_or_default().to_owned();
        let inputs = form.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        let hidden = inputs.filter(|tag| matches!(attribute(tag, "type"), Some("hidden" | "checkbox")));
        let mut all: Vec<(&str, &str)> = hidden.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect();
        all.extend(fields);
        let post = self.request(Method::POST, &target).header("sec-fetch-site", "same-origin").form(&all);
        let start = Instant::now();
        let answer = post.send().await.with_context(|| format!("POST {target}"))?;
        let elapsed = start.elapsed();
        ensure!(answer.status().is_redirection(), "{target} answered {}", answer.status());
        let location = answer.headers().get(header::LOCATION).context("a redirection to nowhere")?.to_str()?.to_owned();
        Ok((location, elapsed))
    }

    /// The JSON answer to a form.
    pub async fn post_json(&self, path: &str, fields: &[(&str, &str)]) -> Result<serde_json::Value> {
        let answer = self.request(Method::POST, path).form(fields).send().await?;
        expect(&answer, path, StatusCode::OK)?;
        Ok(answer.json().await?)
    }

    pub async fn with_token(&self, path: &str, token: &str) -> Result<String> {
        let answer = self.request(Method::GET, path).bearer_auth(token).send().await?;
        expect(&answer, path, StatusCode::OK)?;
        Ok(answer.text().await?)
    }

    /// The demonstration shows the code that some of its accounts are asked for.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<()> {
        let next = self.submit("/connexion", &[("email", email), ("password", password)]).await?;
        if next.starts_with(CODE_PAGE) {
            let page = self.page(&next).await?;
            let code = page
                .split("<strong>")
                .filter_map(|rest| rest.split('<').next())
                .find(|text| text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()));
            self.submit(&next, &[("code", code.context("the page shows no code")?)]).await?;
        }
        Ok(())
    }
}

fn expect(answer: &Response, path: &str, status: StatusCode) -> Result<()> {
    ensure!(answer.status() == status, "{path} answered {} instead of {status}", answer.status());
    Ok(())
}

/// The value of `<input type="hidden" name="…" value="…">`, whatever the order of the attributes.
fn hidden(html: &str, name: &str) -> Option<String> {
    let tags = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let tag = tags.into_iter().find(|tag| attribute(tag, "name") == Some(name))?;
    attribute(tag, "value").map(|value| value.replace("&amp;", "&").replace("&quot;", "\""))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag.get(start..)?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_hidden_field() {
        let html = r#"<input name="email"><input value="a&amp;b" type="hidden" name="csrf"><p>"#;
        assert_eq!(hidden(html, "csrf").as_deref(), Some("a&b"));
        assert_eq!(hidden(html, "email"), None);
        assert_eq!(hidden(html, "other"), None);
    }
}
