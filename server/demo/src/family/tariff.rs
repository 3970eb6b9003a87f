//! The price of a meal at the canteens of the imaginary town, by quotient familial.

use crate::family::page::Band;

struct Tranche {
    name: &'static str,
    /// The highest quotient of the tranche; none for the last.
    up_to: Option<i64>,
    /// In cents.
    price: u32,
}

const TRANCHES: [Tranche; 6] = [
    Tranche { name: "A", up_to: Some(400), price: 80 },
    Tranche { name: "B", up_to: Some(600), price: 150 },
    Tranche { name: "C", up_to: Some(900), price: 260 },
    Tranche { name: "D", up_to: Some(1200), price: 370 },
    Tranche { name: "E", up_to: Some(1600), price: 460 },
    Tranche { name: "F", up_to: None, price: 540 },
];

/// The whole table, in which the tranche of this quotient is marked.
pub fn table(quotient: i64) -> Vec<Band> {
    let mut over: Option<i64> = None;
    let mut bands = Vec::with_capacity(TRANCHES.len());
    for Tranche { name, up_to, price } in TRANCHES {
        bands.push(Band {
            name: name.to_owned(),
            range: range(over, up_to),
            price: format!("{},{:02}\u{a0}€", price / 100, price % 100),
            yours: over.is_none_or(|over| quotient > over) && up_to.is_none_or(|up_to| quotient <= up_to),
        });
        over = up_to;
    }
    bands
}

fn range(over: Option<i64>, up_to: Option<i64>) -> String {
    match (over, up_to) {
        (None, Some(up_to)) => format!("jusqu’à {up_to}"),
        (Some(over), Some(up_to)) => format!("{} à {up_to}", over + 1),
        (Some(over), None) => format!("plus de {over}"),
        (None, None) => "tous".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_quotient_is_in_one_tranche() {
        for (quotient, name, price) in [
            (i64::MIN, "A", "0,80\u{a0}€"),
            (0, "A", "0,80\u{a0}€"),
            (400, "A", "0,80\u{a0}€"),
            (401, "B", "1,50\u{a0}€"),
            (650, "C", "2,60\u{a0}€"),
            (845, "C", "2,60\u{a0}€"),
            (900, "C", "2,60\u{a0}€"),
            (1600, "E", "4,60\u{a0}€"),
            (1601, "F", "5,40\u{a0}€"),
            (i64::MAX, "F", "5,40\u{a0}€"),
        ] {
            let table = table(quotient);
            let yours: Vec<_> = table.iter().filter(|band| band.yours).map(|band| (band.name.as_str(), band.price.as_str())).collect();
            assert_eq!(yours, [(name, price)], "{quotient}");
        }
    }

    #[test]
    fn ranges_follow_one_another() {
        let ranges: Vec<String> = table(0).into_iter().map(|band| band.range).collect();
        assert_eq!(ranges, ["jusqu’à 400", "401 à 600", "601 à 900", "901 à 1200", "1201 à 1600", "plus de 1600"]);
    }
}
