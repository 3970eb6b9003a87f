//! The sandbox people, in the official format of payload files. Reading and matching them is the gateway's work.

/// One payload file: its folder names the endpoint and the modality.
#[derive(Debug, Clone, Copy)]
pub struct SandboxFile {
    pub folder: &'static str,
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! folder {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(SandboxFile { folder: $folder, name: $name, text: include_str!(concat!("../sandbox/", $folder, "/", $name)) }),*]
    };
}

/// Every payload file embedded in the binary.
pub fn sandbox() -> &'static [SandboxFile] {
    QUOTIENT_FAMILIAL
}

const QUOTIENT_FAMILIAL: &[SandboxFile] = folder!("api_particulier_v3_cnav_quotient_familial_with_france_connect":
    "200_dubignot_jean_sans_enfant.yaml",
    "200_dubinore_joelle_msa.yaml",
    "200_dubois_angela.yaml",
    "200_dubois_angela_septembre_2026.yaml",
    "200_martin_vincent_ne_a_l_etranger.yaml",
    "200_mercier_pierre.yaml",
    "200_trois_dupre_melissandre.yaml",
    "404.yaml",
    "404_champion_alice.yaml",
    "502_huche_anne_laure.yaml",
    "503_brosse_mario.yaml",
    "504_brosse_luigi.yaml",
);
