//! The mails sent once something is granted: to the applicant, to each person named, to the people of requests whose data opens with
//! it. Each says what opens at once, what opens later, and what there is to do.

use domain::{
    catalogue::{Contact, Provision},
    ids::HabilitationId,
    request::State,
    routes,
};
use store::{
    account,
    habilitation::{
        self, Habilitation as Granted,
        contacts::{self, InForce},
    },
    link, partner,
    request::{self, Request},
};

use super::{DecideError, Reviewing, decision::Step};
use crate::mails::{self, About, ending::Ending, sentence};

/// Whether a grant comes with keys, and whether they are the first of this request.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) any: bool,
    pub(super) new: bool,
}

/// Whether data is open, and what the applicant may do about it, which nobody else can do.
struct Said {
    fact: String,
    to_do: &'static str,
}

impl Said {
    fn fact(fact: impl Into<String>) -> Self {
        Self { fact: fact.into(), to_do: "" }
    }

    fn to_applicant(&self) -> String {
        [self.fact.as_str(), self.to_do].join(" ").trim_end().to_owned()
    }
}

impl Reviewing<'_> {
    /// Ends the access of the people whom `before`, what was in force, named and what is in force does not: keys and invitations stop
    /// at once, and they are mailed.
    pub(super) async fn end_access_of_replaced(&self, step: &Step<'_>, before: Vec<InForce>, opens_client: bool) -> Result<(), DecideError> {
        let (cx, tx) = (&self.room.cx, step.tx);
        let now = contacts::in_force(tx, step.request.id).await?;
        for InForce { email, keeps_keys } in before {
            let still = now.iter().find(|one| one.email == email);
            let lost_keys = keeps_keys && !still.is_some_and(|one| one.keeps_keys);
            if lost_keys {
                partner::end_access(tx, step.request.id, &email).await?;
                link::withdraw_invitation(tx, step.request.id, &email).await?;
            }
            let letter = match still {
                // Somebody still named, who loses the keys because FranceConnect was given up, is told by
                // `tell_of_what_was_given_up`.
                _ if lost_keys && (opens_client || still.is_none()) => mails::sharing::keys_withdrawn(&email, step.about, step.organisation),
                None if email != step.to => mails::sharing::no_longer_designated(&email, step.about, step.organisation),
                _ => continue,
            };
            letter.at_address_of(step.request.applicant).send(cx, tx).await?;
        }
        Ok(())
    }

    pub(super) async fn tell_of_grant(
        &self,
        step: &Step<'_>,
        numbers: &[String],
        keys: Keys,
        replaces: Option<HabilitationId>,
    ) -> Result<(), DecideError> {
        let (cx, about) = (&self.room.cx, step.about);
        let before = match replaces {
            Some(id) => habilitation::by_id(step.tx, id).await?.map(|one| one.answers).unwrap_or_default(),
            None => Default::default(),
        };
        let data = self.data_opened(step, numbers, keys).await?;
        let next = next(step, numbers, keys, replaces.is_some(), &data);
        let facts: Vec<String> = data.into_iter().map(|said| said.fact).collect();
        let letter = mails::request::approved(step.to, about, numbers, &next).without_changes(step.sent_back);
        letter.with_message(&step.stage.team, step.reason).send(cx, step.tx).await?;
        for (contact, email) in step.service.named(&step.request.answers) {
            let (field, email) = (format!("{}_email", contact.id), email.as_str());
            let technical = contact.keeps_keys();
            let opens_keys = keys.any && technical;
            // Whoever the replaced habilitation named was told then, unless this one opens keys for the first time.
            if before.text(&field) == email && !(opens_keys && keys.new) {
                continue;
            }
            if opens_keys {
                let invitation = self.room.invite(step.tx, step.request.id, email).await?;
                let letter = mails::sharing::keys_ready(email, about, step.organisation, &invitation);
                letter.at_address_of(step.request.applicant).send(cx, step.tx).await?;
            } else if email != step.to {
                let next: &[String] = if technical { &facts } else { &[] };
                let letter = mails::sharing::designated(email, about, &contact.label, step.organisation, next);
                letter.at_address_of(step.request.applicant).send(cx, step.tx).await?;
            }
        }
        if keys.any && replaces.is_none() {
            self.tell_those_who_waited(step).await?;
        }
        Ok(())
    }

    /// Tells the people of habilitations granted before, whose data opens because this FranceConnect is granted.
    async fn tell_those_who_waited(&self, step: &Step<'_>) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        for waiting in habilitation::active_relying_on(step.tx, step.request.id).await? {
            let Some(other) = request::by_id(step.tx, waiting.request).await? else { continue };
            let Some(applicant) = account::by_id(step.tx, other.applicant).await? else { continue };
            let titled = Request { title: waiting.title.clone(), ..other.clone() };
            let about = About::new(cx, &titled, self.room.service_name(&waiting.service), &routes::request(other.id));
            let mut told = vec![applicant.email];
            if let Some(form) = self.room.form_at(&other, waiting.catalogue_version, &waiting.answers) {
                let people = form.people(&waiting.answers).into_iter().filter(Contact::keeps_keys);
                told.extend(people.map(|one| waiting.answers.text(&format!("{}_email", one.id)).to_owned()).filter(|email| !email.is_empty()));
            }
            told.sort();
            told.dedup();
            for to in told {
                mails::request::data_opened(&to, &about, &waiting.public_number(), &step.request.public_number()).send(cx, step.tx).await?;
            }
        }
        Ok(())
    }

    /// The request was approved again without a service it had: tells what stops.
    pub(super) async fn tell_of_what_was_given_up(&self, step: &Step<'_>, before: &[Granted]) -> Result<(), DecideError> {
        let still = habilitation::active_of_request(step.tx, step.request.id).await?;
        let gone = before.iter().filter(|one| one.is_active() && !still.iter().any(|now| now.service == one.service));
        for one in gone {
            self.room.tell_those_named(step.tx, step.request.id, std::slice::from_ref(one), Ending::GivenUp).await?;
            self.room.tell_those_who_rely(step.tx, step.request.id, Ending::GivenUp).await?;
        }
        Ok(())
    }

    /// For each way of identifying the person whose data is read (FranceConnect or another): whether the data is open, and what is
    /// still to be done.
    async fn data_opened(&self, step: &Step<'_>, numbers: &[String], keys: Keys) -> Result<Vec<Said>, DecideError> {
        let (form, answers) = (step.service, &step.request.answers);
        if !form.parts.iter().any(|part| part.provision == Provision::DataScopes) {
            return Ok(Vec::new());
        }
        let ways = form.ways(answers);
        let mut said = Vec::new();
        if ways.franceconnect {
            said.push(self.by_franceconnect(step, keys).await?);
        }
        if let Some(others) = ways.others_named() {
            let (mail, numbers) =
                (self.room.service(&form.slug).map(|service| service.support_email.as_str()).unwrap_or_default(), numbers.join(" et "));
            said.push(Said::fact(format!(
                "{}, les données sont ouvertes dès maintenant\u{a0}: pour recevoir ses accès, le responsable technique écrit à {mail} en citant {numbers}.",
                sentence(&others)
            )));
        }
        Ok(said)
    }

    async fn by_franceconnect(&self, step: &Step<'_>, keys: Keys) -> Result<Said, store::Error> {
        if keys.any {
            return Ok(Said::fact("Avec FranceConnect, les données sont ouvertes dès maintenant, avec les mêmes clés."));
        }
        let provider = match step.request.relies_on {
            Some(id) => request::by_id(step.tx, id).await?,
            None => None,
        };
        let Some(provider) = provider else {
            return Ok(Said {
                fact:
                    "Avec FranceConnect, les données ne sont pas encore ouvertes\u{a0}: la demande ne repose sur aucune habilitation FranceConnect."
                        .to_owned(),
                to_do: "Mettez votre demande à jour pour la rattacher à l’une d’elles.",
            });
        };
        let open = self.room.client_of(step.tx, provider.id).await?;
        let number = provider.public_number();
        Ok(match (open, provider.phase.state()) {
            (Some(one), _) => {
                let number = one.public_number();
                Said::fact(format!("Avec FranceConnect, les données sont ouvertes dès maintenant, avec les clés de l’habilitation {number}."))
            }
            (None, State::Draft | State::UnderReview | State::ChangesRequested) => Said::fact(format!(
                "Avec FranceConnect, les données s’ouvriront dès que la demande FranceConnect {number} sera validée\u{a0}: nous vous préviendrons."
            )),
            (None, _) => Said {
                fact: format!(
                    "Avec FranceConnect, les données ne sont pas ouvertes\u{a0}: la demande FranceConnect {number} n’a plus d’habilitation active."
                ),
                to_do: "Mettez votre demande à jour pour la rattacher à une autre.",
            },
        })
    }
}

/// What the applicant reads below the numbers.
fn next(step: &Step<'_>, numbers: &[String], keys: Keys, replaces: bool, data: &[Said]) -> Vec<String> {
    let many = numbers.len() > 1;
    if step.service.parts.iter().all(|part| part.provision == Provision::Record) {
        let keep = if many { "Conservez ces numéros\u{a0}: ils vous seront demandés" } else { "Conservez ce numéro\u{a0}: il vous sera demandé" };
        return vec![format!("{keep} pour le raccordement.")];
    }
    let mut next = Vec::new();
    if keys.new {
        next.push("Le responsable technique reçoit en ce moment un lien personnel vers ses clés de test.".to_owned());
    } else if replaces {
        let replaced = if many { "Elles remplacent les précédentes" } else { "Elle remplace la précédente" };
        next.push(format!("{replaced}\u{a0}: vos droits sont mis à jour."));
    }
    next.extend(data.iter().map(Said::to_applicant));
    next
}
