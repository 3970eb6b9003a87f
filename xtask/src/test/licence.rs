//! Reads SPDX licence expressions, as far as an allow-list needs them.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};

/// Whether the work may be used when only these licences are accepted.
/// <https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>; the older `MIT/Apache-2.0` means `OR`.
pub fn accepted(expression: &str, allowed: &BTreeSet<&str>) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut reader = Reader { words: spaced.split_whitespace().collect(), at: 0, allowed };
    let verdict = reader.any()?;
    ensure!(reader.at == reader.words.len(), "cannot read the licence `{expression}`");
    Ok(verdict)
}

struct Reader<'a> {
    words: Vec<&'a str>,
    at: usize,
    allowed: &'a BTreeSet<&'a str>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word
    }

    fn skip(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    /// `AND` binds tighter than `OR`.
    fn any(&mut self) -> Result<bool> {
        let mut verdict = self.all()?;
        while self.skip("OR") {
            verdict |= self.all()?;
        }
        Ok(verdict)
    }

    fn all(&mut self) -> Result<bool> {
        let mut verdict = self.one()?;
        while self.skip("AND") {
            verdict &= self.one()?;
        }
        Ok(verdict)
    }

    fn one(&mut self) -> Result<bool> {
        if self.skip("(") {
            let verdict = self.any()?;
            ensure!(self.skip(")"), "a parenthesis of a licence is not closed");
            return Ok(verdict);
        }
        let Some(licence) = self.next().filter(|word| !["OR", "AND", ")"].contains(word)) else {
            bail!("a licence is missing after an operator");
        };
        if !self.skip("WITH") {
            return Ok(self.allowed.contains(licence));
        }
        let Some(exception) = self.next() else { bail!("nothing follows WITH") };
        Ok(self.allowed.contains(format!("{licence} WITH {exception}").as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(expression: &str) -> Option<bool> {
        let allowed = ["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"];
        accepted(expression, &BTreeSet::from(allowed)).ok()
    }

    #[test]
    fn one_accepted_alternative_is_enough_but_every_part_counts() {
        for expression in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "ISC AND (Apache-2.0 OR GPL-3.0)",
            "GPL-3.0 AND LGPL-3.0 OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(verdict(expression), Some(true), "{expression}");
        }
        for expression in ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR MPL-2.0) AND MIT", "MIT WITH Bison-exception"] {
            assert_eq!(verdict(expression), Some(false), "{expression}");
        }
        for expression in ["", "MIT OR", "(MIT", "MIT)", "MIT ISC"] {
            assert_eq!(verdict(expression), None, "{expression}");
        }
    }
}
