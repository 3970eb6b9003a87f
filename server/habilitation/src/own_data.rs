//! A person's copy of their data (RGPD, art. 15 and 20), in a machine-readable file. It holds neither what others wrote nor the
//! contact details of the people they named.

use domain::{Timestamp, designation::RoleAnswer, form::Answers, notification::Topic, request::JournalKind};
use serde_json::{Value, json};
use store::{
    Paging, account, address_book, admin_event, known_device, notification, organisation,
    organisation::members,
    own_data, passkey,
    request::{self, Request},
    role, saved_search, second_factor, security_event, session,
};

use crate::own_account::{OwnError, Owning};

/// Maximum number of journal lines in a copy: more than anybody has.
const LATEST_EVENTS: Paging = Paging { number: 1, size: 10_000 };

fn date(at: Timestamp) -> String {
    at.to_string()
}

impl Owning<'_> {
    pub async fn copy(&self) -> Result<Value, OwnError> {
        self.in_person()?;
        Ok(json!({
            "genere_le": date(self.room.cx.now()),
            "compte": self.account_copy().await?,
            "securite": self.security_copy().await?,
            "organisations": self.organisations_copy().await?,
            "droits": self.rights_copy().await?,
            "preferences": self.preferences_copy().await?,
            "demandes": self.requests_copy().await?,
            "demandes_partagees": self.shared_copy().await?,
            "roles_dans_des_demandes": self.roles_copy().await?,
            "messages_ecrits": self.messages_copy().await?,
            "documents_envoyes": self.documents_copy().await?,
            "actes": self.acts_copy().await?,
            "journal_de_l_administration": self.events_copy().await?,
        }))
    }

    async fn account_copy(&self) -> Result<Value, OwnError> {
        let db = &self.room.cx.db;
        let account = account::by_id(db, self.actor.account).await?.ok_or(OwnError::NotFound)?;
        let dates = own_data::dates(db, account.id).await?.ok_or(OwnError::NotFound)?;
        let card = address_book::card(db, account.id).await?.map(|(job_title, phone)| json!({ "fonction": job_title, "telephone": phone }));
        Ok(json!({
            "adresse_electronique": account.email,
            "prenom": account.given_name,
            "nom": account.family_name,
            "telephone": account.phone,
            "fiche_de_contact": card,
            "cree_le": date(dates.created_at),
            "adresse_confirmee_le": dates.confirmed_at.map(date),
            "derniere_connexion_le": dates.last_sign_in_at.map(date),
        }))
    }

    async fn security_copy(&self) -> Result<Value, OwnError> {
        let (cx, account) = (&self.room.cx, self.actor.account);
        let sessions = session::of_account(&cx.db, account, cx.now())
            .await?
            .into_iter()
            .map(|one| json!({ "navigateur": one.browser, "ouverte_le": date(one.created_at), "utilisee_le": date(one.last_used_at) }));
        let keys = passkey::of_account(&cx.db, account)
            .await?
            .into_iter()
            .map(|key| json!({ "nom": key.name, "ajoutee_le": date(key.created_at), "utilisee_le": key.last_used_at.map(date) }));
        let application = second_factor::find(cx, &cx.db, account).await?.map(|factor| date(factor.created_at));
        let impersonations = own_data::impersonations(&cx.db, account)
            .await?
            .into_iter()
            .map(|one| json!({ "motif": one.reason, "debut": date(one.started_at), "fin": date(one.ends_at) }));
        let filter = security_event::Filter { people: Some(vec![account]), ..security_event::Filter::default() };
        let events = security_event::list(&cx.db, &filter, LATEST_EVENTS)
            .await?
            .items
            .into_iter()
            .map(|event| json!({ "evenement": event.kind.label(), "le": date(event.at), "reseau": event.network, "precision": event.detail }));
        let devices = known_device::of_account(&cx.db, account)
            .await?
            .into_iter()
            .map(|(since, last)| json!({ "depuis_le": date(since), "utilise_le": date(last) }));
        Ok(json!({
            "navigateurs_reconnus": devices.collect::<Vec<_>>(),
            "evenements": events.collect::<Vec<_>>(),
            "sessions": sessions.collect::<Vec<_>>(),
            "cles_d_acces": keys.collect::<Vec<_>>(),
            "application_d_authentification_depuis": application,
            "codes_de_secours_restants": second_factor::codes_left(&cx.db, account).await?,
            "prises_en_main": impersonations.collect::<Vec<_>>(),
        }))
    }

    async fn organisations_copy(&self) -> Result<Value, OwnError> {
        let db = &self.room.cx.db;
        let links = members::of_account(db, self.actor.account).await?;
        let bodies = organisation::of_account(db, self.actor.account).await?;
        let lines = links.iter().filter_map(|link| {
            let body = bodies.iter().find(|body| body.id == link.organisation)?;
            Some(json!({ "nom": body.name(), "siret": body.siret.to_string(), "depuis_le": date(link.since), "rattachement_verifie": link.verified }))
        });
        Ok(lines.collect())
    }

    async fn rights_copy(&self) -> Result<Value, OwnError> {
        let grants = role::of_account(&self.room.cx.db, self.actor.account).await?;
        let account = account::by_id(&self.room.cx.db, self.actor.account).await?.ok_or(OwnError::NotFound)?;
        Ok(self.room.grants_in_words(&grants, account.admin).lines().map(str::to_owned).collect::<Vec<_>>().into())
    }

    async fn preferences_copy(&self) -> Result<Value, OwnError> {
        let db = &self.room.cx.db;
        let refused = notification::refused_by(db, self.actor.account).await?;
        let refused: Vec<&str> = refused.into_iter().map(Topic::label).collect();
        let searches = saved_search::of_account(db, self.actor.account).await?;
        let searches: Vec<Value> = searches.into_iter().map(|one| json!({ "nom": one.name, "recherche": one.query })).collect();
        Ok(json!({ "courriels_refuses": refused, "recherches_enregistrees": searches }))
    }

    async fn requests_copy(&self) -> Result<Value, OwnError> {
        let filed = request::filed_by(&self.room.cx.db, self.actor.account).await?;
        Ok(filed.iter().map(|request| self.request_copy(request)).collect())
    }

    fn request_copy(&self, request: &Request) -> Value {
        json!({
            "numero": request.public_number(),
            "service": self.room.service_name(&request.service),
            "etat": request.phase.state().label(),
            "nom_du_projet": request.title,
            "creee_le": date(request.created_at),
            "modifiee_le": date(request.updated_at),
            "transmise_le": request.first_submitted_at.map(date),
            "reponses": self.answers_without_others(request),
        })
    }

    /// Contacts named with another address than the person's own are other people: their answers are left out.
    fn answers_without_others(&self, request: &Request) -> Answers {
        let mut answers = request.answers.clone();
        let Some(form) = self.room.form_of(request) else { return answers };
        for person in form.people(&request.answers) {
            if request.answers.text(&format!("{}_email", person.id)) != self.actor.email {
                let fields = person.fields();
                answers.0.retain(|name, _| fields.iter().all(|field| field.id != *name));
            }
        }
        answers
    }

    async fn shared_copy(&self) -> Result<Value, OwnError> {
        let shared = own_data::co_edited(&self.room.cx.db, self.actor.account).await?;
        Ok(shared.into_iter().map(|one| json!({ "numero": format!("D{}", one.request), "depuis_le": one.since.map(date) })).collect())
    }

    async fn roles_copy(&self) -> Result<Value, OwnError> {
        let named = own_data::designations(&self.room.cx.db, &self.actor.email).await?;
        let lines = named.into_iter().map(|one| {
            json!({
                "numero": format!("D{}", one.request),
                "role": one.role,
                "nom": one.name,
                "reponse": RoleAnswer::parse(&one.answer).map(RoleAnswer::label),
                "prevenu_le": date(one.told_at),
                "repondu_le": one.answered_at.map(date),
            })
        });
        Ok(lines.collect())
    }

    async fn messages_copy(&self) -> Result<Value, OwnError> {
        let written = own_data::messages(&self.room.cx.db, self.actor.account).await?;
        Ok(written.into_iter().map(|one| json!({ "numero": format!("D{}", one.request), "le": date(one.at), "texte": one.body })).collect())
    }

    async fn documents_copy(&self) -> Result<Value, OwnError> {
        let sent = own_data::documents(&self.room.cx.db, self.actor.account).await?;
        let lines = sent.into_iter().map(|one| {
            json!({
                "numero": format!("D{}", one.request),
                "le": date(one.at),
                "fichier": one.file_name,
                "octets": one.size,
                "sha256": one.sha256,
            })
        });
        Ok(lines.collect())
    }

    async fn acts_copy(&self) -> Result<Value, OwnError> {
        let acts = own_data::acts(&self.room.cx.db, self.actor.account).await?;
        let lines = acts.into_iter().map(|one| {
            let kind = JournalKind::parse(&one.kind).map_or("", JournalKind::label);
            json!({ "numero": format!("D{}", one.request), "acte": kind, "le": date(one.at) })
        });
        Ok(lines.collect())
    }

    /// Lines about the person, whoever acted, and lines of what they did themselves, without saying to whom.
    async fn events_copy(&self) -> Result<Value, OwnError> {
        let me = self.actor.account;
        let filter = admin_event::Filter { people: Some(vec![me]), ..admin_event::Filter::default() };
        let found = admin_event::list(&self.room.cx.db, &filter, LATEST_EVENTS).await?;
        let lines = found.items.into_iter().map(|event| {
            if event.about == Some(me) {
                json!({ "acte": event.kind.label(), "le": date(event.at), "avant": event.before, "apres": event.after, "motif": event.reason })
            } else {
                json!({ "acte": event.kind.label(), "le": date(event.at), "fait_par_vous": true })
            }
        });
        Ok(lines.collect())
    }
}
