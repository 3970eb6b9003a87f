//! Every component in its states: the page to look at when the stylesheet changes, and the
//! one whose markup the tests check.

#[cfg(test)]
mod tests;

use leptos::prelude::*;

use super::*;
use crate::{
    cells,
    shell::{self, Chrome, ChromeUser, NavItem},
};

fn chrome(title: &str) -> Chrome {
    Chrome {
        title: title.to_owned(),
        user: Some(ChromeUser {
            unread: 2,
            unread_in_review: 120,
            name: "Camille Martin".to_owned(),
            organisation: Some("Commune de Villeneuve-sur-Lot".to_owned()),
            can_apply: true,
            reviews: true,
            administers: true,
            impersonated_until: None,
            partner: true,
        }),
        csrf: "jeton".to_owned(),
        demo: true,
        current: NavItem::Requests,
        ..Chrome::default()
    }
}

pub fn gallery_document() -> String {
    shell::render_document(chrome("Galerie"), gallery)
}

/// A whole page with a refused form.
pub fn form_document() -> String {
    shell::render_document(chrome("Votre projet"), form_page)
}

pub fn citizen_document() -> String {
    shell::render_citizen_document("Choisir un compte", || {
        view! {
            <h1>"Choisissez un compte pour vous connecter"</h1>
            <p>"Le service «\u{a0}Portail famille\u{a0}» vous demande de vous identifier."</p>
            <Tile title="Compte de démonstration" href="#" level=2 description="Personnes fictives, niveau faible" />
            <Tile title="Compte de la ville" href="#" level=2 description="Personnes fictives, niveau substantiel" />
            <p><a href="#">"Revenir au service"</a></p>
        }
    })
}

pub fn gallery() -> impl IntoView {
    view! {
        <Breadcrumb current="Galerie" parents=vec![("#".to_owned(), "Documentation".to_owned())] />
        <PageTitle title="Galerie des composants" lead="Chaque composant dans chacun de ses états.">
            <Badge label="En instruction" tone=Tone::Info />
        </PageTitle>
        {messages().into_any()}
        {fields().into_any()}
        {entrances().into_any()}
        {data().into_any()}
        {journal().into_any()}
    }
}

fn messages() -> impl IntoView {
    view! {
        <h2>"Messages"</h2>
        <Alert tone=Tone::Success title="Votre brouillon est enregistré" live=true />
        <Alert tone=Tone::Info title="L’annuaire des entreprises ne répond pas">
            <p>"Vous pouvez continuer\u{a0}: nous vérifierons le SIRET plus tard."</p>
        </Alert>
        <Alert tone=Tone::Warning title="Établissement fermé">
            <p>"Cet établissement a fermé le 3 mars 2024. Choisissez-en un autre."</p>
        </Alert>
        <Alert tone=Tone::Error title="L’envoi a échoué">
            <p>"Rien n’est perdu. Réessayez dans quelques minutes."</p>
        </Alert>
        <Callout title="Avant de commencer">
            <p>"Munissez-vous du texte qui encadre votre traitement et des coordonnées de votre délégué "
            "à la protection des données. Comptez vingt minutes\u{a0}; vous pouvez vous interrompre."</p>
        </Callout>
        <h2>"Boutons"</h2>
        <Buttons>
            <Button label="Suivant" />
            <Button label="Enregistrer" kind=ButtonKind::Secondary />
            <LinkButton label="Précédent" kind=ButtonKind::Tertiary href="#" />
            <Button label="Révoquer" kind=ButtonKind::Danger />
            <Button label="Indisponible" disabled=true />
        </Buttons>
        <Buttons>
            <Button label="Petit" small=true />
            <Button label="Petit secondaire" kind=ButtonKind::Secondary small=true about="de la demande D12" />
        </Buttons>
        <h2>"États"</h2>
        <div class="hb-inline">
            <Badge label="Brouillon" />
            <Badge label="En instruction" tone=Tone::Info />
            <Badge label="Habilitée" tone=Tone::Success />
            <Badge label="À modifier" tone=Tone::Warning />
            <Badge label="Refusée" tone=Tone::Error />
        </div>
        <Tags labels=["openid", "given_name", "cnaf_quotient_familial"].map(str::to_owned).to_vec() />
        <Tag label="bac à sable" />
    }
}

fn fields() -> impl IntoView {
    view! {
        <h2>"Champs"</h2>
        <PostForm action="#" csrf="jeton" upload=true>
            <TextField field=Field::new("nom", "Nom public du service").hint("Celui que verront les usagers.") />
            <TextField field=Field::new("siret", "SIRET").value("130 025 265 00012").width(Width::Medium).inputmode("numeric") />
            <TextField field=Field::new("verrou", "Champ verrouillé").value("Quotient familial").disabled(true) />
            <EmailField field=Field::new("courriel", "Adresse électronique").value("camille@") .error("Écrivez une adresse complète, par exemple nom@exemple.fr.".to_owned()) />
            <TelField field=Field::new("mobile", "Téléphone mobile").optional() />
            <DateField field=Field::new("ouverture", "Date d’ouverture prévue").optional() />
            <NumberField field=Field::new("duree", "Durée de conservation, en mois").value("12") />
            <PasswordField field=Field::new("secret", "Mot de passe").autocomplete("new-password").hint("Douze caractères au moins.") />
            <TextareaField field=Field::new("description", "Description détaillée").maxlength(2000).hint("À quoi servent les données, pour qui.") />
            <TextareaField field=Field::new("motif", "Justification").value("\n<b>Deux\nlignes</b>").error("Expliquez pourquoi la durée dépasse 36 mois.".to_owned()) rows=3 />
            <SelectField field=Field::new("nature", "Nature du cadre juridique").value("arrete") choices=vec![Choice::new("loi", "Loi"), Choice::new("arrete", "Arrêté ou délibération")] />
            <RadioGroup
                field=Field::new("structure", "Vous êtes").value("collectivite").hint("Une seule réponse.")
                rich=true
                choices=vec![
                    Choice::new("particulier", "Un particulier"),
                    Choice::new("collectivite", "Une administration ou une collectivité").hint("Commune, département, établissement public…"),
                    Choice::new("prive", "Une société de droit privé"),
                ]
            />
            <RadioGroup
                field=Field::new("editeur", "Votre éditeur propose-t-il FranceConnect ?").error("Choisissez une réponse.".to_owned())
                inline=true
                choices=vec![Choice::new("oui", "Oui"), Choice::new("non", "Non"), Choice::new("inconnu", "Je ne sais pas")]
            />
            <CheckboxGroups
                field=Field::new("scopes", "Données demandées").hint("Ne demandez que les données nécessaires.")
                groups=vec![
                    ChoiceGroup::new("Identité pivot", vec![
                        Choice::new("openid", "Identifiant technique").included(true),
                        Choice::new("given_name", "Prénoms").checked(true),
                        Choice::new("birthdate", "Date de naissance"),
                    ]),
                    ChoiceGroup::new("Contact", vec![
                        Choice::new("email", "Adresse électronique").hint("Non vérifiée par FranceConnect"),
                    ]).hint("Données déclarées par l’usager"),
                ]
            />
            <FileField field=Field::new("document", "Texte ou délibération").optional().hint("PDF de 5 Mo au maximum.") accept=".pdf" />
            <CheckboxField field=Field::new("cgu", "J’accepte les conditions générales d’utilisation") />
            <CheckboxField field=Field::new("dpo-informe", "Mon délégué à la protection des données est informé").error("Cochez cette case pour transmettre la demande.".to_owned()) />
        </PostForm>
        <CodeLine id="client-id" label="Identifiant du service (client_id)" value="6925fb8143c76eded44d32b40c0cb1006065f7f003de52712b78985704f39950" />
        <CodeBlock label="Exemple d’appel" code="GET /api/particulier/v3/dss/quotient_familial/france_connect\nAuthorization: Bearer 7f1c…" />
    }
}

fn entrances() -> impl IntoView {
    view! {
        <h2>"Cartes et tuiles"</h2>
        <Grid cells=cells![
            view! {
                <Card title="FranceConnect" href="#" detail="Identité" description="Identifier vos usagers avec un compte qu’ils ont déjà.">
                    <Badge label="Ouvert" tone=Tone::Success />
                </Card>
            },
            view! { <Card title="API Particulier" href="#" detail="Données" description="Recevoir le quotient familial sans pièce justificative." /> },
            view! { <Card title="Droits à l’assurance maladie" href="#" description="Savoir si une personne est couverte." /> },
        ] />
        <Grid columns=2 cells=cells![
            view! { <Tile title="Déposer une demande" href="#" description="Vingt minutes, en six étapes." /> },
            view! { <Tile title="Espace partenaire" href="#" description="Vos clés et vos essais." detail="2 services" /> },
        ] />
        <EmptyState title="Aucune demande pour l’instant" text="Vos brouillons et vos demandes apparaîtront ici.">
            <LinkButton label="Déposer une demande" href="#" />
        </EmptyState>
    }
}

fn data() -> impl IntoView {
    let row = |number: &str, name: &str, days: u32, label: &'static str, tone: Tone| {
        cells![
            view! { <a href="#">{number.to_owned()}</a> },
            name.to_owned(),
            "Commune de Villeneuve-sur-Lot",
            view! { <Badge label=label tone=tone /> },
            view! { <time datetime="2026-11-28">"28 novembre 2026"</time> },
            days,
        ]
    };
    view! {
        <h2>"Données"</h2>
        <Table
            id="demandes"
            caption="Demandes à instruire"
            columns=vec![
                Column::text("Demande"), Column::text("Projet"), Column::text("Organisation"),
                Column::text("État"), Column::text("Promise pour le"), Column::number("Âge (jours)"),
            ]
            rows=vec![
                row("D12", "Portail famille", 2, "En instruction", Tone::Info),
                row("D11", "Stationnement des résidents", 12, "En retard", Tone::Error),
                row("D9", "Cantine", 4, "À modifier", Tone::Warning),
            ]
        />
        <Pagination current=5 total=9 base="#page-" />
        <h3>"Résumé"</h3>
        <SummaryList rows=vec![
            SummaryRow::text("Nom public", "Portail famille").action("#", "Modifier"),
            SummaryRow::text("Description", "Inscrire les enfants aux activités.\nCalculer le tarif.").action("#", "Modifier"),
            SummaryRow::text("Site", "").action("#", "Modifier"),
            SummaryRow::new("Données", view! { <Tags labels=vec!["openid".to_owned(), "birthdate".to_owned()] /> }),
        ] />
        <Details summary="Pourquoi ces données ?"><p>"Le tarif dépend du quotient familial."</p></Details>
        <Details summary="Combien de temps ?" open=true><p>"Au plus 36 mois, sauf justification."</p></Details>
    }
}

fn journal() -> impl IntoView {
    view! {
        <h2>"Journal"</h2>
        <Timeline events=vec![
            TimelineEvent::new("Habilitation accordée", "21 novembre 2026 à 14:03", "2026-11-21T13:03:00Z").by("Équipe FranceConnect").tone(Tone::Success),
            TimelineEvent::new("Modifications demandées", "19 novembre 2026 à 9:12", "2026-11-19T08:12:00Z").by("Équipe juridique").tone(Tone::Warning).body("Précisez la durée de conservation.\nMerci."),
            TimelineEvent::new("Demande transmise", "18 novembre 2026 à 17:40", "2026-11-18T16:40:00Z").by("Camille Martin").tone(Tone::Info),
            TimelineEvent::new("Brouillon créé", "18 novembre 2026 à 16:02", "2026-11-18T15:02:00Z"),
        ] />
    }
}

fn confirmation_page() -> impl IntoView {
    view! {
        <Confirmation title="Votre demande est transmise" reference="Demande D12">
            <p>"L’équipe juridique vous répondra avant le 28 novembre 2026."</p>
        </Confirmation>
    }
}

pub fn confirmation_document() -> String {
    shell::render_document(chrome("Demande transmise"), confirmation_page)
}

fn form_page() -> impl IntoView {
    let name = Field::new("nom", "Nom public du service")
        .hint("Celui que verront les usagers au moment de se connecter.")
        .maxlength(120)
        .error("Indiquez le nom public du service.".to_owned());
    let description = Field::new("description", "Description détaillée")
        .hint("À quoi servent les données, pour qui, et ce qui change pour les usagers.")
        .maxlength(2000)
        .value("Inscription des enfants à la cantine et au centre de loisirs.");
    let email = Field::new("courriel", "Adresse électronique de l’équipe")
        .value("famille@villeneuve")
        .error("Écrivez une adresse complète, par exemple nom@exemple.fr.".to_owned());
    let website = Field::new("site", "Adresse du site").optional().autocomplete("url");
    let steps = ["Organisation", "Votre projet", "Données", "Cadre juridique", "Contacts", "Résumé"];
    view! {
        <Breadcrumb current="Votre projet" parents=vec![("#".to_owned(), "Mes demandes".to_owned()), ("#".to_owned(), "Demande D12".to_owned())] />
        <PageTitle title="Demande FranceConnect" />
        <Stepper current=2 steps=steps.map(str::to_owned).to_vec() />
        <ErrorSummary errors=errors_of([&name, &description, &email, &website]) />
        <PostForm action="/demandes/1/projet" csrf="jeton">
            <TextField field=name />
            <TextareaField field=description />
            <EmailField field=email />
            <TextField field=website />
            <Buttons>
                <Button label="Suivant" name="action" value="suivant" />
                <Button label="Enregistrer" kind=ButtonKind::Secondary name="action" value="enregistrer" />
                <LinkButton label="Précédent" kind=ButtonKind::Tertiary href="#" />
            </Buttons>
        </PostForm>
    }
}
