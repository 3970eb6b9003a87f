//! The official payload files, read as they are.

use super::*;

#[test]
#[ignore = "reads files that are not part of this repository: cargo xtask test --only official"]
fn the_official_files_are_read_as_they_are() {
    let official = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sandbox-payloads");
    let files = entries(&official).unwrap().iter().filter(|path| path.is_dir()).flat_map(|folder| entries(folder).unwrap()).collect::<Vec<_>>();
    let yaml = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")).count();
    let sandbox = Sandbox::load([], Some(&official)).map_err(|error| error.to_string()).unwrap();
    assert_eq!((yaml, sandbox.len()), (224, 224));
    let codes = sandbox.0.values().flat_map(|folder| folder.cases.values()).filter_map(|case| case.params.get("codeCogInseeCommuneNaissance"));
    assert!(codes.clone().count() > 50 && codes.clone().all(Value::is_string), "a quoted code with a leading zero stays text");
}
