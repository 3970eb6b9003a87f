use std::collections::BTreeSet;

use domain::{
    catalogue::{Form, Kind, Provision},
    form::{Answers, check_block},
};

use super::*;

#[test]
fn the_shipped_files_load() {
    let catalogue = shipped().map_err(|error| error.to_string()).unwrap();
    let slugs: Vec<&str> = catalogue.services().iter().map(|service| service.slug.as_str()).collect();
    assert_eq!(
        slugs,
        [
            "franceconnect",
            "franceconnect-plus",
            "api-particulier",
            "api-impot-particulier-bac-a-sable",
            "api-impot-particulier",
            "droits-cnam",
            "proconnect-fournisseur-de-service",
            "proconnect-fournisseur-d-identite"
        ]
    );
    let franceconnect = catalogue.service("franceconnect").unwrap();
    assert_eq!(franceconnect.provision, Provision::BrokerClient);
    let form = catalogue.form_now("franceconnect", None).unwrap();
    assert_eq!(form.scopes().filter(|scope| scope.included).map(|scope| scope.id.as_str()).collect::<Vec<_>>(), ["openid"]);
    let particulier = catalogue.service("api-particulier").unwrap();
    assert_eq!((particulier.relies_on.as_deref(), particulier.provision), (Some("franceconnect"), Provision::DataScopes));
    assert_eq!(particulier.validity_months, Some(18));
    assert!(catalogue.services().iter().all(|service| service.validity_months.is_some()));
    assert_eq!(catalogue.scope_label("cnaf_quotient_familial"), Some(("Quotient familial", "CNAF & MSA")));
    assert_eq!(catalogue.scope_label("usual_name"), None, "the broker has no such realm yet");
}

fn plain_forms(catalogue: &Catalogue) -> impl Iterator<Item = &Form> {
    catalogue.services().iter().map(|file| catalogue.form_now(&file.slug, None).unwrap())
}

/// (team, working days, order) of each stage.
fn road(form: &Form) -> Vec<(&str, &str, u32, u32)> {
    form.stages.iter().map(|s| (s.service.as_str(), s.slug.as_str(), s.working_days, s.order)).collect()
}

#[test]
fn teams_decide_in_turn_or_together_as_the_service_says() {
    let catalogue = shipped().unwrap();
    let of = |slug| road(catalogue.form_now(slug, None).unwrap());
    assert_eq!(of("franceconnect"), [("franceconnect", "juridique", 5, 0), ("franceconnect", "franceconnect", 7, 1)]);
    assert_eq!(of("franceconnect-plus"), [("franceconnect-plus", "juridique", 5, 0), ("franceconnect-plus", "franceconnect", 7, 0)]);
    assert_eq!(of("api-impot-particulier"), [("api-impot-particulier", "dgfip", 15, 0), ("api-impot-particulier", "securite", 15, 0)]);
}

#[test]
fn a_qualified_vendor_asks_for_both_services_in_one_form() {
    let catalogue = shipped().unwrap();
    let qualified: BTreeSet<&str> = catalogue.vendors().iter().filter(|vendor| vendor.franceconnect).map(|vendor| vendor.slug.as_str()).collect();
    assert!(qualified.len() >= 6 && catalogue.vendors().len() >= 12, "{qualified:?}");
    let service = catalogue.service("api-particulier").unwrap();
    assert_eq!(service.use_cases.len(), 8);
    for case in &service.use_cases {
        assert!(service.variants.iter().any(|v| v.use_case.as_ref() == Some(&case.slug) && v.vendor.is_none()), "{}", case.slug);
    }
    for variant in &service.variants {
        let Some(vendor) = &variant.vendor else { continue };
        assert_eq!(variant.with.is_some(), qualified.contains(vendor.as_str()), "{}", variant.slug);
    }
    let form = catalogue.form_now("api-particulier", Some("publik-famille")).unwrap();
    assert_eq!(
        road(form),
        [("franceconnect", "juridique", 5, 0), ("franceconnect", "franceconnect", 7, 1), ("api-particulier", "api-particulier", 5, 2)]
    );
    let blocks: Vec<&str> = form.blocks.iter().map(|block| block.slug.as_str()).collect();
    assert_eq!(blocks, ["projet", "modalites", "donnees", "cadre-juridique", "contacts", "garantie", "equipe-technique"]);
    let answers = form.first_answers();
    let steps: Vec<&str> = form.steps(&answers).into_iter().map(|block| block.slug.as_str()).collect();
    assert_eq!(steps, ["projet", "modalites", "donnees", "cadre-juridique", "contacts"], "what is locked is read, not gone through");
    let reliance = form.all_fields().into_iter().find(|field| field.kind == Kind::Reliance).unwrap();
    assert!(!reliance.required && form.block("modalites").unwrap().fields.contains(&reliance), "named by whoever has one already");
    assert_eq!(form.all_fields().iter().filter(|field| field.id == "description").count(), 1);
    assert!(form.all_fields().iter().any(|field| field.id == "alternative") && form.contacts().any(|c| c.id == "responsable_technique" && c.mobile));
    assert_eq!(answers.text("franceconnect_legal_nature"), "Arrêté du 8 novembre 2018 relatif au téléservice dénommé «\u{a0}FranceConnect\u{a0}»");
    assert!(answers.text("legal_nature").contains("L114-8"));
    let granted = form.granted(&answers);
    assert_eq!(
        granted.iter().map(|g| (g.service.as_str(), g.provision)).collect::<Vec<_>>(),
        [("franceconnect", Provision::BrokerClient), ("api-particulier", Provision::DataScopes)]
    );
    assert_eq!(granted[0].scopes, ["family_name", "given_name", "birthdate", "birthplace", "birthcountry", "gender", "openid"]);
    assert_eq!(granted[1].scopes, ["cnaf_quotient_familial", "cnaf_enfants"]);
}

#[test]
fn without_franceconnect_nothing_is_relied_on() {
    let catalogue = shipped().unwrap();
    let form = catalogue.form_now("api-particulier", None).unwrap();
    let steps = |modality: &str| {
        let mut answers = form.first_answers();
        answers.set("modalities", modality);
        form.steps(&answers).iter().any(|block| block.slug == "franceconnect")
    };
    assert!(steps("france_connect") && !steps("params"));
    let concerto = catalogue.form_now("api-particulier", Some("concerto")).unwrap();
    assert!(!concerto.steps(&concerto.first_answers()).iter().any(|block| block.slug == "franceconnect"));
    assert!(concerto.scope("cnaf_quotient_familial").is_some_and(|scope| scope.included));
    assert!(concerto.scope("revenu_solidarite_active").is_none(), "not offered");
}

#[test]
fn every_scope_says_what_it_is() {
    let catalogue = shipped().unwrap();
    for service in plain_forms(&catalogue) {
        for scope in service.scopes() {
            assert!(scope.description.chars().count() >= 15 && scope.description.ends_with(['.', '…']), "{} {}", service.slug, scope.id);
        }
        for block in &service.blocks {
            assert!(!block.intro.is_empty(), "{} {}", service.slug, block.slug);
        }
    }
}

#[test]
fn every_service_names_the_people_the_review_expects() {
    let catalogue = shipped().unwrap();
    let blocks = |slug: &str| catalogue.service(slug).unwrap().blocks.iter().map(|block| block.slug.clone()).collect::<Vec<_>>();
    assert_eq!(blocks("franceconnect"), ["projet", "garantie", "donnees", "cadre-juridique", "contacts"]);
    assert_eq!(blocks("api-particulier"), ["projet", "modalites", "franceconnect", "donnees", "cadre-juridique", "equipe-technique", "contacts"]);
    for service in plain_forms(&catalogue) {
        let contacts: BTreeSet<&str> = service.contacts().map(|contact| contact.id.as_str()).collect();
        assert!(contacts.contains("responsable_technique") && contacts.contains("delegue_protection_donnees"), "{}", service.slug);
        assert!(service.statements.iter().any(|statement| statement.id == "dpo_informe"), "{}", service.slug);
    }
    assert!(catalogue.form_now("franceconnect", None).unwrap().contacts().any(|contact| contact.id == "responsable_technique" && contact.mobile));
}

#[test]
fn tax_scopes_go_together_as_the_tax_administration_says() {
    let catalogue = shipped().unwrap();
    let service = catalogue.form_now("api-impot-particulier", None).unwrap();
    let block = service.block("donnees").unwrap();
    for (scopes, specific, expected) in [
        (&["dgfip_rfr"][..], "", Some("au moins une année")),
        (&["dgfip_rfr", "dgfip_annee_n_moins_1"], "", None),
        (&["dgfip_annee_n_moins_1", "dgfip_annee_n_moins_2_si_indispo_n_moins_1"], "", Some("aucune autre année")),
        (&["dgfip_annee_n_moins_1", "dgfip_annee_n_moins_2_si_indispo_n_moins_1"], "oui", None),
        (&["dgfip_annee_n_moins_2_si_indispo_n_moins_1", "dgfip_indiIFI"], "", Some("indicateur IFI")),
        (&["dgfip_IndLep"], "", None),
        (&["dgfip_IndLep", "dgfip_annee_n_moins_1"], "", Some("se demande seule")),
        (&["dgfip_annee_n_moins_1", "dgfip_RevNets_Cat4_Ref"], "oui", Some("n’est plus proposée")),
    ] {
        let mut answers = Answers::default();
        answers.0.insert("scopes".into(), scopes.iter().map(|id| (*id).to_owned()).collect());
        answers.set("specific_needs", specific);
        let told = check_block(service, block, &answers).into_iter().find(|p| p.field == "scopes").map(|p| p.problem.sentence());
        match expected {
            None => assert_eq!(told, None, "{scopes:?}"),
            Some(words) => assert!(told.as_ref().is_some_and(|told| told.contains(words)), "{scopes:?} {told:?}"),
        }
    }
    let file = service.all_fields().into_iter().find(|field| field.id == "specific_needs_file").unwrap();
    assert_eq!(file.accept, [domain::catalogue::FileKind::Spreadsheet]);
}

#[test]
fn a_retention_above_36_months_is_justified() {
    let catalogue = shipped().unwrap();
    for service in plain_forms(&catalogue) {
        let block = service.block("donnees").unwrap();
        for (months, asked) in [("36", false), ("37", true)] {
            let mut answers = Answers::default();
            answers.set("retention_months", months);
            let problems = check_block(service, block, &answers);
            assert_eq!(problems.iter().any(|problem| problem.field == "retention_reason"), asked, "{} {months}", service.slug);
        }
    }
}

#[test]
fn french_typography_holds_in_every_text() {
    for source in SERVICES.iter().chain(ENDPOINTS).chain(REALMS).chain([&VENDORS]) {
        for (index, line) in source.text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.contains("://")) {
            for wrong in [" :", " ;", " ?", " !", "« ", " »", "l'", "d'", "..."] {
                assert!(!line.contains(wrong), "{}:{}: « {wrong} » in {line}", source.file, index + 1);
            }
        }
    }
}

fn all() -> impl Iterator<Item = &'static Source<'static>> {
    SERVICES.iter().chain(ENDPOINTS).chain(REALMS).chain([&VENDORS])
}

fn refused(file: &str, from: &str, to: &str) -> CatalogueFileError {
    assert!(all().any(|s| s.file == file && s.text.contains(from)), "{from} is not in {file}");
    let altered: Vec<(&str, String)> =
        all().map(|s| (s.file, if s.file == file { s.text.replacen(from, to, 1) } else { s.text.to_owned() })).collect();
    let of = |source: &Source<'static>| altered.iter().find(|(file, _)| *file == source.file).map(|(file, text)| Source { file, text }).unwrap();
    let files = Files {
        services: SERVICES.iter().map(of).collect(),
        vendors: of(&VENDORS),
        endpoints: ENDPOINTS.iter().map(of).collect(),
        realms: REALMS.iter().map(of).collect(),
    };
    load(&files).map(|_| ()).unwrap_err()
}

/// The line on which `needle` stands in a shipped file; with « … » in it, the second half after the first.
fn line(file: &str, needle: &str) -> usize {
    let text = all().find(|source| source.file == file).unwrap().text;
    let position = needle.split(" … ").fold(0, |from, part| from + text[from..].find(part).unwrap_or_else(|| panic!("{part} is not in {file}")));
    error::line_at(text, position)
}

#[test]
fn a_wrong_file_is_refused_with_its_name_line_and_reason() {
    const FC: &str = "services/franceconnect.toml";
    const AP: &str = "services/api-particulier.toml";
    const TAX: &str = "services/api-impot-particulier.toml";
    const TAX_SANDBOX: &str = "services/api-impot-particulier-bac-a-sable.toml";
    const VENDORS: &str = "vendors.toml";
    const QF: &str = "endpoints/quotient-familial.toml";
    const CGU: &str = "terms_url = \"https://partenaires.franceconnect.gouv.fr/cgu\"";
    const FRAME_URL: &str = "url = \"https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479\"";
    const FC_URL: &str = "franceconnect_legal_url = \"https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479\"";
    let mut wrong = Vec::new();
    for (file, from, to, at, reason) in [
        (FC, "provider = ", "proviner = ", "provider = ", "unknown field `proviner`"),
        (FC, "version = 1", "version = \"un\"", "version = 1", "invalid type"),
        (FC, "version = 1", "version = 0", "version = 1", "begins at 1"),
        (FC, "validity_months = 36", "validity_months = 0", "validity_months", "is at least 1"),
        (FC, "validity_months = 36", "validity_months = 4294967295", "validity_months", "is at most 120"),
        (FC, "working_days = 7", "working_days = 4294967295", "working_days = 7", "is at most 250"),
        (FC, "kind = \"long_text\"", "kind = \"roman\"", "kind = \"long_text\"", "unknown variant `roman`"),
        (FC, "version = 1", "version = ", "version = 1", "expected"),
        (FC, "name = \"FranceConnect\"", "name = \"France\\u202eConnect\"", "name = ", "a character nobody sees in a text: U+202E"),
        (FC, "name = \"FranceConnect\"", "name = \"France\u{ad}Connect\"", "name = ", "U+00AD"),
        (FC, "name = \"FranceConnect\"", "name = \"France\\u0007Connect\"", "name = ", "U+0007"),
        (FC, "id = \"email\"", "id = \"gender\"", "id = \"email\"", "scope gender is defined twice"),
        (FC, "slug = \"contacts\"", "slug = \"historique\"", "slug = \"contacts\"", "a word kept for addresses"),
        (FC, "slug = \"contacts\"", "slug = \"Les contacts\"", "slug = \"contacts\"", "only a to z"),
        (FC, "covers = [\"projet\"", "covers = [\"proget\"", "covers = ", "is no block"),
        (FC, "id = \"volume\"", "id = \"version\"", "id = \"volume\"", "a name every form sends"),
        (FC, "[\"retention_months\", 36]", "[\"retention_years\", 36]", "when_over", "names the unknown field retention_years"),
        (FC, "range = [1, 1200]", "range = [9, 3]", "id = \"retention_months\"", "ends before it begins"),
        (AP, "relies_on = \"franceconnect\"", "relies_on = \"fc\"", "relies_on", "relies on the unknown service fc"),
        (AP, "relies_on = \"franceconnect\"", "", "", "neither without the other"),
        (AP, "slug = \"api-particulier\"", "slug = \"franceconnect\"", "slug = \"api-particulier\"", "service franceconnect: defined twice"),
        (AP, "when_is = [\"modalities\", \"france_connect\"]", "when_is = [\"modalities\", \"fc\"]", "when_is", "cannot take"),
        (AP, "frame = \"ccas\"", "frame = \"cias\"", "frame = \"ccas\"", "is no legal frame"),
        (AP, "vendor = \"aiga\"", "vendor = \"aigua\"", "vendor = \"aiga\"", "variant inoe: aigua is no vendor of the list"),
        (AP, "vendor = \"aiga\"", "vendor = \"arpege\"", "slug = \"inoe\" … with = ", "only with a vendor qualified"),
        (
            AP,
            "default = [\"cnaf_quotient_familial\", \"cnaf_enfants\"]",
            "default = [\"cnaf_quotient\"]",
            "default = [\"cnaf_q",
            "is no scope offered",
        ),
        (AP, "locked = [\"modalites\"", "locked = [\"contacts\", \"modalites\"", "locked = [\"modalites\"", "names people"),
        (AP, "locked = [\"modalites\"", "locked = [\"retention_months\", \"modalites\"", "locked = [\"modalites\"", "locked without a value"),
        (AP, "locked = [\"modalites\"", "hidden = [\"donnees\"]\nlocked = [\"modalites\"", "locked = [\"modalites\"", "locked, not hidden"),
        (AP, "locked = [\"modalites\"", "locked = [\"modalities2\"", "locked = [\"modalites\"", "is no field nor block of this form"),
        (AP, "order = [\"projet\"", "order = [\"proget\"", "order = ", "is no block of this form"),
        (AP, "technical_team = \"editeur\"", "technical_team = \"voisin\"", "", "cannot be completed"),
        (AP, "technical_team = \"editeur\"", "contact_metier_email = \"a@b.fr\"", "technical_team = \"e", "names a person"),
        (AP, "technical_team = \"editeur\"", "technical_tem = \"editeur\"", "technical_team = \"e", "is no field of this form"),
        (TAX, "at_least_one_of = [", "at_least_one_of = [\"dgfip_annee\", ", "at_least_one_of", "is no scope"),
        (TAX, "alone = \"dgfip_IndLep\"", "", "se demande seule\u{a0}:", "exactly one of"),
        (TAX, "continues = \"api-impot-particulier-bac-a-sable\"", "continues = \"bac\"", "continues", "unknown service bac"),
        (TAX, "after = \"safety_begin\"", "after = \"safety_authority_name\"", "id = \"safety_end\"", "both fields must be dates"),
        (TAX, "accept = [\"spreadsheet\"]", "accept = [\"word\"]", "accept", "unknown variant `word`"),
        (
            VENDORS,
            "siret = \"39825361700045\"",
            "siret = \"39825361700046\"",
            "siret = \"39825361700045\"",
            "vendor aiga: 39825361700046 is no SIRET",
        ),
        (FC, CGU, "terms_url = \"javascript:alert(1)\"", "terms_url", "an address in a text must be https: javascript:alert"),
        (FC, CGU, "terms_url = \"http://partenaires.franceconnect.gouv.fr/cgu\"", "terms_url", "must be https: http://"),
        (FC, CGU, "terms_url = \"//evil.example/cgu\"", "terms_url", "must be https: //evil.example/cgu"),
        (FC, CGU, "terms_url = \"https://partenaires.gouv.fr@evil.example\"", "terms_url", "must be https"),
        (FC, CGU, "terms_url = \"cgu\"", "terms_url", "terms_url is neither an https address nor a path"),
        (FC, CGU, "terms_url = \"\"", "terms_url", "terms_url is neither an https address nor a path"),
        (FC, "provider = \"", "provider = \"[x](data:text/html,y) ", "provider = ", "must be https: data:text/html"),
        (FC, FRAME_URL, "url = \"cadre\"", FRAME_URL, "cadre is no https address"),
        (AP, FC_URL, "franceconnect_legal_url = \"arrete\"", FC_URL, "arrete is no https address"),
        (FC, "support_email = \"", "support_email = \"x y", "support_email", "support_email is no e-mail address"),
        (VENDORS, "siret = \"39825361700045\"", "siret = \"39825361700045\"\nsite = \"aiga\"", "", "vendor aiga: aiga is no https address"),
        (
            VENDORS,
            "siret = \"39825361700045\"",
            "siret = \"39825361700045\" # un site\nsite = \"file:///etc/passwd\"",
            "",
            "must be https: file:///etc/passwd",
        ),
        (FC, "id = \"dpo_informe\"", "id = \"conditions\"", "id = \"dpo_informe\"", "no statement may be called so"),
        (FC, "id = \"dpo_informe\"", "id = \"csrf\"", "id = \"dpo_informe\"", "no statement may be called so"),
        (FC, "id = \"dpo_informe\"", "id = \"version\"", "id = \"dpo_informe\"", "no statement may be called so"),
        (FC, "id = \"dpo_informe\"", "id = \"volume\"", "id = \"volume\"", "a name every form sends"),
        (
            FC,
            "[[statements]]",
            "[[statements]]\nid = \"dpo_informe\"\nlabel = \"Deux\"\n\n[[statements]]",
            "",
            "statement dpo_informe is defined twice",
        ),
        (AP, "id = \"dpo_informe\"", "id = \"alternative\"", "", "names both a field and a box"),
        (FC, "name = \"FranceConnect\"", "name = \"  \"", "name = ", "name must be one line"),
        (FC, "name = \"FranceConnect\"", "name = \"France\\nConnect\"", "name = ", "name must be one line"),
        (FC, "label = \"Nom public du service\"", "label = \"\\u00a0\"", "label = \"Nom public", "label must be one line"),
        (FC, "title = \"Votre projet\"", "title = \"\"", "title = ", "title must be one line"),
        (FC, "team = \"Équipe juridique\"", "team = \"Équipe\\njuridique\"", "team = ", "team must be one line"),
        (VENDORS, "name = \"", "name = \"\\n", "name = \"", "name must be one line"),
        (FC, "working_days = 7", "working_days = 0", "working_days = 7", "is at least 1"),
        (FC, "version = 1", "version = 4294967295", "version = 1", "is at most 1000000"),
        (FC, "working_days = 7", "order = 4294967294\nworking_days = 7", "working_days = 7", "is at most 100"),
        (FC, "max = 2000", "max = 0", "", "takes from 1 to 20000"),
        (FC, "max = 2000", "max = 99999999", "", "takes from 1 to 20000"),
        (FC, "range = [1, 1200]", "range = [-1, 1200]", "id = \"retention_months\"", "out of bounds"),
        (FC, "kind = \"number\"\nrange = [1, 1200]", "kind = \"text\"\nrange = [1, 1200]", "id = \"retention_months\"", "only a number has"),
        (FC, "[\"retention_months\", 36]", "[\"retention_reason\", 36]", "id = \"retention_reason\"", "names itself"),
        (FC, "[\"retention_months\", 36]", "[\"volume\", 36]", "id = \"retention_reason\"", "the field it names must be one"),
        (FC, "[\"retention_months\", 36]", "[\"retention_months\", 1200]", "id = \"retention_reason\"", "that nobody can give"),
        (FC, "[\"retention_months\", 36]", "[\"retention_months\", -1]", "id = \"retention_reason\"", "that nobody can give"),
        (FC, "or = \"legal_document\"", "or = \"legal_url\"", "id = \"legal_url\"", "names itself"),
        (FC, "or = \"legal_document\"", "or = \"volume\"", "id = \"legal_url\"", "both say so"),
        (FC, "or = \"legal_document\"", "or = \"retention_months\"", "id = \"legal_url\"", "both say so"),
        (AP, "when_is = [\"modalities\", \"france_connect\"]", "when_is = [\"franceconnect\", \"oui\"]", "", "names itself"),
        (AP, "when_is = [\"modalities\", \"france_connect\"]", "when_is = [\"volume\", \"oui\"]", "", "cannot take"),
        (AP, "default = \"interne\"", "default = \"voisin\"", "default = \"interne\"", "is a value the field cannot take"),
        (AP, "default = \"france_connect,params\"", "default = \"france_connect\"", "", "is a value the field cannot take"),
        (AP, "value = \"params\"", "value = \"france_connect\"", "id = \"modalities\"", "given twice"),
        (AP, "value = \"params\"", "value = \" \"", "id = \"modalities\"", "whose value is empty"),
        (AP, "id = \"cnaf_adresse\"", "id = \"cnaf adresse\"", "", "may hold only letters"),
        (AP, "apart = [", "apart = [\"volumes\", ", "", "is no field of the other service"),
        (AP, "provision = \"data_scopes\"", "provision = \"broker_client\"", "provision = ", "opens a client"),
        (FC, "provision = \"broker_client\"", "provision = \"data_scopes\"", "provision = ", "opens data"),
        (FC, "id = \"responsable_technique\"", "id = \"technique\"", "provision = ", "opens a client"),
        (TAX, "after = \"safety_begin\"", "after = \"safety_end\"", "id = \"safety_end\"", "names itself"),
        (TAX, "ahead_months = 12", "ahead_months = 12\nafter = \"safety_end\"", "id = \"safety_begin\"", "leads back"),
        (TAX, "[\"calls_per_minute\", 50]", "[\"calls_per_minute\", 1000]", "id = \"calls_reason\"", "that nobody can give"),
        (TAX, "[\"calls_per_minute\", 50]", "[\"technical_team\", 50]", "id = \"calls_reason\"", "that nobody can give"),
        (TAX, "ahead_months = 12", "ahead_months = 0", "id = \"safety_begin\"", "from 1 to 120 months"),
        (TAX, "within_months = 60", "within_months = 4294967295", "id = \"safety_end\"", "from 1 to 120 months"),
        (TAX, "[\"specific_needs\", \"oui\"]", "[\"specific_needs\", \"non\"]", "", "cannot take"),
        (TAX, "lifted_by = [\"specific_needs\", \"oui\"]", "lifted_by = [\"specific_needs\", \"non\"]", "", "cannot take"),
        (
            TAX_SANDBOX,
            "relies_on = \"franceconnect\"",
            "relies_on = \"franceconnect\"\ncontinues = \"api-impot-particulier\"",
            "slug = \"api-impot-particulier-bac-a-sable\"",
            "leads back",
        ),
        (QF, "path = \"dss/", "path = \"../dss/", "path = ", "path is no path of an API"),
        (VENDORS, "slug = \"aiga\"", "slug = \"entrouvert\"", "slug = \"aiga\"", "vendor entrouvert: entrouvert is defined twice"),
        (QF, "cnaf_enfants = ", "cnaf_enfans = ", "cnaf_enfants = ", "the scope cnaf_enfans is offered by no service"),
    ] {
        let error = refused(file, from, to);
        let french = error.in_french();
        let (sentence, detail) =
            french.split_once(" Détail technique").map_or((french.as_str(), None), |(sentence, detail)| (sentence, Some(detail)));
        let english = [" is ", " the ", " may ", " names ", "est refusé"].iter().any(|word| sentence.contains(word));
        let placed = error.line.is_none_or(|line| sentence.starts_with(&format!("Ligne {line}")));
        if english || !placed || (detail.is_some() && !sentence.contains(", colonne ")) {
            wrong.push(format!("in French: {french}"));
        }
        let told = error.to_string();
        let place = if at.is_empty() { format!("{file}:") } else { format!("{file}:{}: ", line(file, at)) };
        if !(told.starts_with(&place) && told.contains(reason)) {
            wrong.push(format!("{place} {reason}, but: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scope_of_an_endpoint_is_offered_and_every_sandbox_folder_has_a_default() {
    let folders: BTreeSet<&str> = sandbox().iter().map(|file| file.folder).collect();
    for folder in folders {
        assert!(sandbox().iter().any(|file| file.folder == folder && file.name == "404.yaml"), "{folder}");
    }
    for endpoint in shipped().unwrap().endpoints() {
        for modality in &endpoint.modalities {
            let folder = format!("api_particulier_v{}_{}_with_{}", endpoint.version, endpoint.id, modality.folder_suffix());
            assert!(sandbox().iter().any(|file| file.folder == folder), "{folder}");
        }
    }
}

/// The ways of access of each API of API Particulier. Source: the routes of the API (`…/identite`, `…/france_connect`, an identifier); the
/// vehicle register is called with a number plate, however the citizen is identified.
const WAYS: [(&str, &[&str]); 14] = [
    ("cnaf_", &["france_connect", "params"]),
    ("cnav_", &["france_connect", "params"]),
    ("complementaire_sante_solidaire", &["france_connect", "params"]),
    ("revenu_solidarite_active", &["france_connect", "params"]),
    ("prime_activite", &["france_connect", "params"]),
    ("allocation_", &["france_connect", "params"]),
    ("dsnj_", &["france_connect", "params"]),
    ("cnous_", &["france_connect", "params", "identifiant"]),
    ("mesri_", &["france_connect", "params", "identifiant"]),
    ("ants_", &["france_connect", "params", "identifiant"]),
    ("men_", &["params"]),
    ("pole_emploi_", &["identifiant"]),
    ("sdh_", &["identifiant"]),
    ("", &["france_connect", "params", "identifiant"]),
];

#[test]
fn every_service_and_every_way_give_the_data_they_can_and_no_other() {
    use domain::{
        catalogue::{FRANCE_CONNECT, MODALITIES},
        form::{Problem, check_block},
    };
    let catalogue = shipped().unwrap();
    let mut tried = 0;
    for service in catalogue.services() {
        let variants = service.variants.iter().map(|variant| Some(variant.slug.as_str()));
        for form in std::iter::once(None).chain(variants).filter_map(|variant| catalogue.form_now(&service.slug, variant)) {
            let fields = form.all_fields();
            let Some(ways) = fields.iter().find(|field| field.id == MODALITIES) else { continue };
            let data = form.blocks.iter().find(|block| block.fields.iter().any(|field| field.kind == Kind::Scopes)).unwrap();
            let how = form.blocks.iter().find(|block| block.fields.iter().any(|field| field.id == MODALITIES)).unwrap();
            let values: Vec<&String> = ways.choices.iter().map(|choice| &choice.value).collect();
            // Every set of ways that somebody may tick, the empty one aside.
            for set in 1..(1usize << values.len()) {
                let chosen: Vec<String> =
                    values.iter().enumerate().filter(|(place, _)| set & (1 << place) != 0).map(|(_, value)| (*value).clone()).collect();
                let mut answers = form.first_answers();
                answers.0.insert(MODALITIES.to_owned(), chosen.clone());
                let refused = check_block(form, how, &answers).iter().any(|one| one.field == MODALITIES && matches!(one.problem, Problem::Choice(_)));
                let alone = service.slug == "api-particulier" && chosen == ["france_connect"];
                assert_eq!(refused, alone, "{} {:?} {chosen:?}", form.slug, form.variant);
                for scope in form.scopes().filter(|scope| !scope.deprecated) {
                    answers.0.insert("scopes".to_owned(), vec![scope.id.clone()]);
                    let known = WAYS.iter().find(|(begin, _)| scope.id.starts_with(begin)).unwrap().1;
                    let gives = |way: &&str| *way != FRANCE_CONNECT && chosen.iter().any(|one| one == way);
                    // Data that any way gives asks for none of its own: the question about the ways does.
                    let possible = service.slug != "api-particulier" || known.len() == values.len() || known.iter().any(gives);
                    let unreachable = |problem: &Problem| matches!(problem, Problem::OutOfReach(..) | Problem::NeedsAnotherWay(..));
                    let out = check_block(form, data, &answers).iter().any(|one| unreachable(&one.problem));
                    assert_eq!(out, !possible, "{} {:?} {chosen:?} {}", form.slug, form.variant, scope.id);
                    tried += 1;
                }
            }
            // What the form begins with can be had by the ways it begins with.
            let first = form.first_answers();
            let wrong = check_block(form, data, &first).into_iter().chain(check_block(form, how, &first));
            let wrong: Vec<_> =
                wrong.filter(|one| matches!(one.problem, Problem::OutOfReach(..) | Problem::NeedsAnotherWay(..) | Problem::Choice(_))).collect();
            assert!(wrong.is_empty(), "{} {:?}: {wrong:?}", form.slug, form.variant);
        }
    }
    assert!(tried > 2000, "{tried}");
}

#[test]
fn no_form_is_sent_with_what_its_model_left_to_be_replaced() {
    use domain::form::{Problem, check_all};
    let catalogue = shipped().unwrap();
    let mut instructed = 0;
    for service in catalogue.services() {
        for variant in &service.variants {
            let form = catalogue.form_now(&service.slug, Some(&variant.slug)).unwrap();
            let answers = form.first_answers();
            let problems: Vec<_> = check_all(form, &answers).into_iter().flat_map(|(_, problems)| problems).collect();
            for field in form.all_fields().iter().filter(|field| !field.instructions.is_empty()) {
                let told = problems.iter().any(|one| one.field == field.id && matches!(one.problem, Problem::Placeholder(_)));
                assert!(told, "{} {} {}", service.slug, variant.slug, field.id);
                let mut replaced = answers.clone();
                replaced.set(&field.id, answers.text(&field.id).replace(&field.instructions[0], "Délibération du 12 mai 2026 fixant les tarifs."));
                let left = check_all(form, &replaced).into_iter().flat_map(|(_, problems)| problems);
                assert!(left.into_iter().all(|one| one.field != field.id), "{} {} {}", service.slug, variant.slug, field.id);
                instructed += 1;
            }
            // No other text is taken for an instruction.
            let others = problems.iter().filter(|one| matches!(one.problem, Problem::Placeholder(_)));
            assert!(
                others.into_iter().all(|one| form.all_fields().iter().any(|field| field.id == one.field && !field.instructions.is_empty())),
                "{} {}",
                service.slug,
                variant.slug
            );
        }
    }
    assert!(instructed > 10, "{instructed}");
}

#[test]
fn what_a_realm_offers_is_in_its_file() {
    let catalogue = shipped().unwrap();
    let realm = catalogue.realm("franceconnect").unwrap();
    assert_eq!(realm.acr.answering("eidas3 eidas1"), Some("eidas1"));
    assert_eq!((realm.acr.answering("eidas2"), realm.acr.answering("or")), (None, Some("eidas1")));
    assert!(realm.acr.reaches("eidas2", "eidas1") && !realm.acr.reaches("eidas1", "eidas2") && !realm.acr.reaches("or", "eidas1"));
    let granted: Vec<String> = ["birthplace", "birthcountry"].map(str::to_owned).into();
    assert!(realm.is_granted("openid", &[]) && realm.is_granted("birth", &granted) && !realm.is_granted("identite_pivot", &granted));
    assert_eq!(realm.claims_of(["openid", "birth", "birthplace", "inconnu"]), ["sub", "birthplace", "birthcountry"]);
    assert!(realm.reads("code_challenge_method") && realm.reads("scope") && !realm.reads("max_age"));
}

#[test]
fn a_mistake_in_a_realm_is_told_with_its_line() {
    let text = REALMS[0].text;
    let line_of = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).map(|index| index + 1);
    for (from, to, part, told) in [
        (
            "offered = [\"eidas1\"]",
            "offered = [\"eidas1\", \"eidas4\"]",
            "eidas4",
            "«\u{a0}eidas4\u{a0}» n’est pas dans l’échelle des niveaux (ladder).",
        ),
        ("default = \"eidas1\"", "default = \"eidas3\"", "default", "«\u{a0}eidas3\u{a0}» n’est pas parmi les niveaux offerts (offered)."),
        ("code_seconds = 30", "code_seconds = 0", "code_seconds", "«\u{a0}code_seconds\u{a0}» vaut 0, ou plus d’un jour."),
        ("optional = [\"prompt\",", "optional = [\"display\",", "display", "«\u{a0}display\u{a0}» est un paramètre que le courtier ne lit pas."),
        (
            "prompts = [\"login\"",
            "prompts = [\"peut-être\"",
            "prompts",
            "«\u{a0}peut-être\u{a0}» est une valeur de prompt que le courtier ne connaît pas.",
        ),
        ("claims = [\"birthplace\"]", "claims = [\"taille\"]", "taille", "«\u{a0}taille\u{a0}» est une donnée que le courtier ne connaît pas."),
        ("id = \"openid\"", "id = \"ouvert\"", "scopes", "«\u{a0}scopes\u{a0}» ne comptent pas openid."),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let files = Files { realms: vec![Source { file: "realms/franceconnect.toml", text: &changed }], ..shipped_files() };
        let error = load(&files).map(drop).unwrap_err();
        assert_eq!((error.file.as_str(), error.told.as_str()), ("realms/franceconnect.toml", told));
        assert!(part == "scopes" || error.line == line_of(&changed, part), "{part}: {:?}", error.line);
    }
    let unknown = text.replacen("[acr]", "[acr]\ncouleur = 1", 1);
    let files = Files { realms: vec![Source { file: "realms/franceconnect.toml", text: &unknown }], ..shipped_files() };
    assert_eq!(load(&files).map(drop).unwrap_err().line, line_of(&unknown, "couleur"));
}
