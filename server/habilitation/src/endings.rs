//! When a habilitation ends, the people it names are told what stops for them.

use std::collections::BTreeSet;

use domain::{
    calendar::{french_date, paris_date},
    catalogue::{Contact, Provision},
    ids::RequestId,
    routes,
};
use store::{
    Tx, account,
    habilitation::{self, Habilitation as Granted},
    organisation,
    request::{self, Request},
};

use crate::{
    Habilitation,
    mails::{
        self, About,
        ending::{self, End, Ending, Stops},
    },
};

impl Habilitation {
    /// `ended` are habilitations of one request that end together, for one reason. The applicant is told by another message.
    pub(crate) async fn tell_those_named(&self, tx: &Tx, request: RequestId, ended: &[Granted], how: Ending) -> Result<(), store::Error> {
        let (Some(first), Some(request)) = (ended.first(), request::by_id(tx, request).await?) else { return Ok(()) };
        let organisation = organisation::by_id(tx, request.organisation).await?.map(|one| one.name()).unwrap_or_default();
        let applicant = account::by_id(tx, request.applicant).await?.map(|one| one.email).unwrap_or_default();
        let titled = Request { title: first.title.clone(), ..request.clone() };
        let about = About::new(&self.cx, &titled, self.service_name(&first.service), &routes::request(request.id));
        let (numbers, day) = (ended.iter().map(Granted::public_number).collect::<Vec<_>>(), french_date(paris_date(self.cx.now())));
        let mut told = BTreeSet::from([applicant.clone()]);
        let form = self.form_at(&request, first.catalogue_version, &first.answers);
        let others = form.as_ref().and_then(|form| form.ways(&first.answers).others_named());
        let stops = match others {
            Some(others) if how == Ending::WithoutFranceConnect => Stops::WithFranceConnect(others),
            _ => self.stops(ended),
        };
        let end = End { habilitations: &numbers, how, stops: &stops, day: &day };
        let people = form.map(|form| form.people(&first.answers)).unwrap_or_default();
        // Somebody with several roles gets one message, the one about the keys if they keep them.
        let (technical, others): (Vec<_>, Vec<_>) = people.into_iter().partition(Contact::keeps_keys);
        let address = |id: &str| first.answers.text(&format!("{id}_email")).to_owned();
        for to in technical.iter().map(|one| address(&one.id)).filter(|to| !to.is_empty()) {
            if told.insert(to.clone()) {
                let letter = ending::to_technical(&to, &about, &organisation, &end);
                letter.at_address_of(request.applicant).send(&self.cx, tx).await?;
            }
        }
        for one in &others {
            let to = address(&one.id);
            if !to.is_empty() && told.insert(to.clone()) {
                let letter = ending::to_named(&to, &about, &one.label, &organisation, &end);
                letter.at_address_of(request.applicant).send(&self.cx, tx).await?;
            }
        }
        Ok(())
    }

    /// Tells the people of the habilitations that read their data through `request`: these stay active, but lose their data.
    pub(crate) async fn tell_those_who_rely(&self, tx: &Tx, request: RequestId, how: Ending) -> Result<(), store::Error> {
        for relying in habilitation::active_relying_on(tx, request).await? {
            let Some(other) = request::by_id(tx, relying.request).await? else { continue };
            let Some(applicant) = account::by_id(tx, other.applicant).await? else { continue };
            let about = About::new(&self.cx, &other, self.service_name(&relying.service), &routes::request(other.id));
            let form = self.form_at(&other, relying.catalogue_version, &relying.answers);
            let others = form.and_then(|form| form.ways(&relying.answers).others_named());
            let letter = mails::request::lost_franceconnect(&applicant.email, &about, &relying.public_number(), how.said(false), others.as_deref());
            letter.send(&self.cx, tx).await?;
            self.tell_those_named(tx, other.id, std::slice::from_ref(&relying), Ending::WithoutFranceConnect).await?;
        }
        Ok(())
    }

    /// The habilitation of this request that lets citizens in with FranceConnect, while it is in force.
    pub(crate) async fn client_of(&self, db: &impl store::ConnectionTrait, request: RequestId) -> Result<Option<Granted>, store::Error> {
        Ok(habilitation::active_of_request(db, request).await?.into_iter().find(|one| self.opens_client(one)))
    }

    pub(crate) fn opens_client(&self, granted: &Granted) -> bool {
        self.service(&granted.service).is_some_and(|service| service.provision == Provision::BrokerClient)
    }

    fn stops(&self, ended: &[Granted]) -> Stops {
        let provisions: Vec<Provision> = ended.iter().filter_map(|one| Some(self.service(&one.service)?.provision)).collect();
        if provisions.contains(&Provision::BrokerClient) {
            Stops::Keys
        } else if provisions.contains(&Provision::DataScopes) {
            Stops::Data
        } else {
            Stops::Record
        }
    }
}
