//! The pages of the mailbox: the list of the messages, and one message.

use domain::{Timestamp, calendar, routes};
use leptos::prelude::*;
use ui::{cells, components::*};

use super::Sent;

#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    /// A text message rather than a mail.
    pub sms: bool,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub sent_at: Timestamp,
}

pub fn list(messages: Vec<Message>, recipient: &str) -> impl IntoView + use<> {
    let filtered = !recipient.is_empty();
    let field = Field::new(Sent::Recipient, "Destinataire").value(recipient).optional_silently().hint("Une adresse, ou une partie d’adresse.");
    let found = if messages.is_empty() { empty(filtered).into_any() } else { table(messages).into_any() };
    let all = filtered.then(|| view! { <LinkButton label="Tout voir" href=routes::MAILBOX kind=ButtonKind::Tertiary /> });
    view! {
        <PageTitle title="Boîte de démonstration" lead="Aucun message ne quitte ce site. Tous arrivent ici, le plus récent en premier." />
        <form class="hb-form" method="get" action=routes::MAILBOX>
            <TextField field=field />
            <Buttons>
                <Button label="Filtrer" kind=ButtonKind::Secondary />
                {all}
            </Buttons>
        </form>
        {found}
    }
}

fn empty(filtered: bool) -> impl IntoView {
    let (title, text) = if filtered {
        ("Aucun message pour ce destinataire", "Les messages partent en quelques secondes\u{a0}: rechargez la page.")
    } else {
        ("Aucun message", "Créez un compte\u{a0}: le premier message arrivera ici.")
    };
    view! { <EmptyState title=title text=text /> }
}

fn table(messages: Vec<Message>) -> impl IntoView {
    let columns = vec![Column::text("Objet"), Column::text("Destinataire"), Column::text("Date")];
    let rows = messages
        .into_iter()
        .map(|message| {
            let subject = subject(&message);
            let href = routes::mail(&message.id);
            cells![view! { <a href=followed(href)>{subject}</a> }, view! { <Email address=message.recipient.clone() /> }, moment(message.sent_at)]
        })
        .collect();
    view! { <Table id="messages" caption="Messages reçus" columns=columns rows=rows stacked=true /> }
}

fn subject(message: &Message) -> String {
    match (message.subject.as_str(), message.sms) {
        ("", true) => "SMS".to_owned(),
        ("", false) => "(sans objet)".to_owned(),
        (subject, true) => format!("SMS\u{a0}: {subject}"),
        (subject, false) => subject.to_owned(),
    }
}

fn moment(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string()>{calendar::french_moment(at)}</time> }
}

/// Addresses below `base_url` become links; others stay text.
pub fn message(message: &Message, base_url: &str) -> impl IntoView + use<> {
    let subject = subject(message);
    let body = pieces(&message.body, base_url)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(address) => view! { <a href=followed(address.to_owned())>{address.to_owned()}</a> }.into_any(),
        })
        .collect_view();
    let rows = vec![SummaryRow::text("Destinataire", message.recipient.clone()), SummaryRow::new("Date", moment(message.sent_at))];
    view! {
        <Breadcrumb parents=vec![(routes::MAILBOX.to_owned(), "Boîte de démonstration".to_owned())] current=subject.clone() />
        <PageTitle title=subject />
        <SummaryList rows=rows />
        <p class="hb-prewrap">{body}</p>
        <p><a href=routes::MAILBOX>"Revenir aux messages"</a></p>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

/// `base_url` is an origin without trailing slash. An address ends at a space; closing punctuation is not part of it.
fn pieces<'a>(body: &'a str, base_url: &str) -> Vec<Piece<'a>> {
    let ours = base_url.starts_with("https://") || base_url.starts_with("http://");
    let mut pieces = Vec::new();
    let (mut text_start, mut searched) = (0, 0);
    while let Some(found) = body.get(searched..).filter(|_| ours).and_then(|rest| rest.find(base_url)) {
        let start = searched + found;
        let rest = body.get(start..).unwrap_or_default();
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let address = rest.get(..length).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '»', '>', '"']);
        let after = address.get(base_url.len()..);
        if after.is_some_and(|after| after.is_empty() || after.starts_with('/')) {
            pieces.extend(body.get(text_start..start).filter(|text| !text.is_empty()).map(Piece::Text));
            pieces.push(Piece::Link(address));
            text_start = start + address.len();
        }
        searched = start + length;
    }
    pieces.extend(body.get(text_start..).filter(|text| !text.is_empty()).map(Piece::Text));
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Piece::*, *};

    #[test]
    fn only_our_own_addresses_become_links() {
        const BASE: &str = "http://localhost:3000";
        for (body, expected) in [
            ("", vec![]),
            ("Bonjour,\nmerci.", vec![Text("Bonjour,\nmerci.")]),
            (
                "Ouvrez http://localhost:3000/inscription/abc.\nMerci",
                vec![Text("Ouvrez "), Link("http://localhost:3000/inscription/abc"), Text(".\nMerci")],
            ),
            ("http://localhost:3000", vec![Link("http://localhost:3000")]),
            ("http://localhost:30001/x", vec![Text("http://localhost:30001/x")]),
            ("http://localhost:3000@evil.fr/ fin", vec![Text("http://localhost:3000@evil.fr/ fin")]),
            ("javascript:alert(1) https://evil.fr/", vec![Text("javascript:alert(1) https://evil.fr/")]),
            (
                "(http://localhost:3000/é) http://localhost:3000/b",
                vec![Text("("), Link("http://localhost:3000/é"), Text(") "), Link("http://localhost:3000/b")],
            ),
        ] {
            assert_eq!(pieces(body, BASE), expected, "{body}");
        }
        assert_eq!(pieces("javascript:x", "javascript:"), [Text("javascript:x")]);
        assert_eq!(pieces("sans base", ""), [Text("sans base")]);
    }

    #[test]
    fn a_message_is_shown_as_text() {
        let sample = Message {
            id: "1".into(),
            sms: false,
            recipient: "zoe@exemple.fr".into(),
            subject: "Confirmez <votre> adresse".into(),
            body: "Bonjour <b>,\n\nhttps://habilis.example/inscription/abc\n".into(),
            sent_at: Timestamp::UNIX_EPOCH,
        };
        let html = ui::shell::render_fragment(|| message(&sample, "https://habilis.example"));
        assert!(html.contains(r#"<a href="https://habilis.example/inscription/abc">"#), "{html}");
        assert!(!html.contains("<b>") && !html.contains("<votre>"), "{html}");
        let html = ui::shell::render_fragment(|| list(vec![sample], "zoe"));
        assert!(html.contains(r#"href="/demo/boite/1""#) && html.contains(r#"value="zoe""#), "{html}");
    }
}
