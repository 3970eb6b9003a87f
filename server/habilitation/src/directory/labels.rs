//! Labels of the INSEE codes most frequent among public organisations; empty for any other code.

pub fn legal_category(code: &str) -> &'static str {
    match code {
        "5499" => "Société à responsabilité limitée",
        "5710" => "SAS, société par actions simplifiée",
        "7111" => "Autorité constitutionnelle",
        "7112" => "Autorité administrative ou publique indépendante",
        "7113" => "Ministère",
        "7120" => "Service central d’un ministère",
        "7160" => "Service déconcentré à compétence nationale",
        "7171" => "Service déconcentré de l’État à compétence régionale",
        "7172" => "Service déconcentré de l’État à compétence départementale",
        "7210" => "Commune et commune nouvelle",
        "7220" => "Département",
        "7225" => "Collectivité et territoire d’outre-mer",
        "7230" => "Région",
        "7343" => "Communauté urbaine",
        "7344" => "Métropole",
        "7346" => "Communauté de communes",
        "7348" => "Communauté d’agglomération",
        "7353" => "Syndicat intercommunal à vocation unique",
        "7354" => "Syndicat mixte fermé",
        "7361" => "Centre communal d’action sociale",
        "7364" => "Établissement d’hospitalisation",
        "7383" => "Établissement public national à caractère scientifique, culturel et professionnel",
        "7389" => "Établissement public national à caractère administratif",
        "9220" => "Association déclarée",
        _ => "",
    }
}

pub fn naf(code: &str) -> &'static str {
    match code {
        "55.20Z" => "Hébergement touristique et autre hébergement de courte durée",
        "62.01Z" => "Programmation informatique",
        "84.11Z" => "Administration publique générale",
        "84.12Z" => "Administration publique de la santé, de la formation, de la culture et des services sociaux, autre que sécurité sociale",
        "84.13Z" => "Administration publique des activités économiques",
        "84.30C" => "Distribution sociale de revenus",
        "85.42Z" => "Enseignement supérieur",
        "86.10Z" => "Activités hospitalières",
        "88.99B" => "Action sociale sans hébergement n.c.a.",
        _ => "",
    }
}
