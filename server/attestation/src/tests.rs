use super::*;

fn attestation() -> Attestation {
    Attestation {
        number: "H12".into(),
        service: "API Particulier".into(),
        provider: "Direction interministérielle du numérique".into(),
        organisation: "COMMUNE DE CLAMART".into(),
        siret: "219 200 235 00014".into(),
        project: "Portail famille".into(),
        groups: vec![
            Group { label: "Allocations familiales".into(), scopes: vec!["Quotient familial".into(), "Enfants à charge".into()] },
            Group { label: "Étudiants".into(), scopes: vec!["Statut d’étudiant boursier".into()] },
        ],
        legal: vec![("Nature et références du texte".into(), "Délibération du 12 mai 2026".into())],
        retention: "36 mois".into(),
        granted_on: "23 novembre 2026".into(),
        valid_until: "23 mai 2028".into(),
        code: "7Q4K-29XM-3RTV-8W5C".into(),
        address: "https://habilis.example/habilitations/verification/7Q4K-29XM-3RTV-8W5C".into(),
        issued_at: "2026-11-23T09:00:00Z".parse().expect("an instant"),
    }
}

/// The file as text: the structure is not compressed, only the drawings are.
fn text(attestation: &Attestation) -> String {
    String::from_utf8_lossy(&render(attestation).expect("a document")).into_owned()
}

fn pages(pdf: &str) -> usize {
    pdf.matches("/Type/Page/Resources").count()
}

#[test]
fn a_document_for_ever_and_for_everybody() {
    let pdf = text(&attestation());
    assert!(pdf.starts_with("%PDF-1.7"));
    for expected in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/MarkInfo",
        "/Marked true",
        "/StructTreeRoot",
        "/Lang",
        "/DisplayDocTitle true",
        "/OutputIntents",
        "/FontFile",
        "/ToUnicode",
        "/S/H1",
        "/S/H2",
        "/S/Table",
        "/S/TH",
        "/S/L/",
        "/S/Figure",
        "/S/Link",
        "/Alt",
        "/URI(https://habilis.example/habilitations/verification/7Q4K-29XM-3RTV-8W5C)",
        "/Outlines",
    ] {
        assert!(pdf.contains(expected), "{expected}");
    }
    assert!(!pdf.contains("/Encrypt") && !pdf.contains("/JavaScript"));
}

#[test]
fn every_word_a_person_may_type_can_be_drawn() {
    for project in ["Œuvre « naïve » – l’été…", "Żółć, Øre, Ščasný", "日本語 и русский", "e\u{301}te\u{301} 😀", "\u{e000}\u{7}x", ""]
    {
        let odd = Attestation { project: project.into(), organisation: project.into(), ..attestation() };
        assert!(render(&odd).is_ok(), "{project}");
    }
    let long = Attestation { project: "x".repeat(300), legal: vec![("Texte".into(), "mot ".repeat(3000))], ..attestation() };
    assert!(pages(&text(&long)) >= 3, "a long text goes on overleaf");
}

#[test]
fn one_page_for_few_scopes_two_for_all_of_them() {
    assert_eq!(pages(&text(&attestation())), 1);
    let group = |number: usize| Group {
        label: format!("Groupe {number} de données détenues par une administration"),
        scopes: (0..8).map(|scope| format!("Donnée {scope} au nom assez long pour tenir la ligne")).collect(),
    };
    let all = Attestation { groups: (0..9).map(group).collect(), ..attestation() };
    assert_eq!(pages(&text(&all)), 2);
}

#[test]
fn without_end_without_law_without_data() {
    let bare = Attestation { valid_until: String::new(), legal: Vec::new(), retention: String::new(), groups: Vec::new(), ..attestation() };
    assert_eq!(pages(&text(&bare)), 1);
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    assert_eq!(render(&attestation()).expect("a document"), render(&attestation()).expect("a document"));
}
