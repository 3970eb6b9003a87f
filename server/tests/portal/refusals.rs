//! One wrong answer of each kind, over HTTP: the step is not left, and the sentence is shown at the field. The tests of the
//! catalogue check the same for every field of every form (`catalogue`, `sweep`).

use crate::{
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT},
    site::TestSite,
};

#[tokio::test]
async fn each_kind_of_question_refuses_what_is_empty_too_long_or_of_another_kind() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let drafts = [road::start(&browser, FRANCECONNECT).await, road::start(&browser, API_PARTICULIER).await];
    let [first, second] = [drafts[0].as_str(), drafts[1].as_str()];
    let long = |max: usize| "é".repeat(max + 1);
    let (name, text, url) = (long(100), long(2000), format!("https://a.fr/{}", long(2000)));
    let missing = "Ce champ est à compléter.";
    let unknown = "Cette réponse n’est pas proposée.";
    for (id, block, field, value, sentence) in [
        (first, "projet", "name", "", missing),
        (first, "projet", "name", name.as_str(), "Ce texte dépasse 100 caractères : raccourcissez-le."),
        (first, "projet", "name", "a\0b", "Ce texte contient un caractère interdit (caractère nul, U+0000) : supprimez-le."),
        (first, "projet", "description", text.as_str(), "Ce texte dépasse 2000 caractères : raccourcissez-le."),
        (first, "projet", "go_live_date", "bientôt", "Cette date n’est pas valide. Exemple : 31/01/2027"),
        (first, "projet", "alternative", "", "Cette case est à cocher pour continuer."),
        (first, "projet", "alternative", "non", "Cette case est à cocher pour continuer."),
        (first, "donnees", "retention_months", "", missing),
        (first, "donnees", "retention_months", "douze", "Indiquez un nombre entier."),
        (first, "donnees", "retention_months", "1201", "Indiquez un nombre compris entre 1 et 1200."),
        (first, "cadre-juridique", "legal_url", "", "Indiquez un lien ou ajoutez un document."),
        (first, "cadre-juridique", "legal_url", "nulle part", "Cette adresse n’est pas valide. Exemple : https://www.legifrance.gouv.fr/…"),
        (first, "cadre-juridique", "legal_url", url.as_str(), "Ce texte dépasse 2000 caractères : raccourcissez-le."),
        (first, "contacts", "responsable_traitement_email", "dgs@", "Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"),
        (first, "contacts", "responsable_traitement_phone", "123", "Ce numéro de téléphone n’est pas valide. Exemple : 01 23 45 67 89"),
        (
            first,
            "contacts",
            "responsable_technique_phone",
            "01 46 62 35 35",
            "Indiquez un numéro de mobile : il recevra un SMS. Exemple : 06 12 34 56 78",
        ),
        (second, "franceconnect", "franceconnect", "", "Choisissez l’habilitation, ou la demande en cours, sur laquelle repose celle-ci."),
        (second, "franceconnect", "franceconnect", "01930000-0000-7000-8000-000000000000", unknown),
        (second, "modalites", "modalities", "pigeon", unknown),
        (second, "equipe-technique", "technical_team", "personne", unknown),
        (second, "equipe-technique", "technical_team", "", "Choisissez une réponse."),
        (second, "donnees", "scopes", "", "Cochez au moins une donnée."),
        (second, "donnees", "scopes", "tout", unknown),
    ] {
        let path = format!("/demandes/{id}/{block}");
        let form = browser.open(&path).await.form(&path).forge(field, value);
        let refused = browser.submit(form.press("suivant")).await;
        assert_eq!(refused.status.as_u16(), 422, "{field} {value:?}: {}", refused.text());
        let links = refused.attributes("#erreurs li a", "href");
        let errors = refused.errors();
        let found = errors.iter().find(|error| error.ends_with(sentence));
        assert!(found.is_some(), "{field} {value:?}: {errors:?}");
        assert!(links.iter().any(|link| link.contains(&field.replace('_', "-"))), "{field}: {links:?}");
    }
}
