//! What changed between two texts, line by line.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Same,
    Added,
    Removed,
}

/// Beyond this many cells the middle is told as removed and added whole.
const MAX_CELLS: usize = 4_000_000;

/// The lines of both texts in order, each with what became of it.
pub fn lines<'a>(before: &'a str, after: &'a str) -> Vec<(Change, &'a str)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, new_middle) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let same = |lines: &[&'a str]| lines.iter().map(|line| (Change::Same, *line)).collect::<Vec<_>>();
    let mut told = same(&old[..head]);
    told.extend(middle(old_middle, new_middle));
    told.extend(same(&old_rest[old_rest.len() - tail..]));
    told
}

/// Longest common subsequence, by dynamic programming from the end.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Change, &'a str)> {
    let mut told = Vec::with_capacity(old.len() + new.len());
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        told.extend(old.iter().map(|line| (Change::Removed, *line)));
        told.extend(new.iter().map(|line| (Change::Added, *line)));
        return told;
    }
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let best =
                if old[i] == new[j] { longest[(i + 1) * width + j + 1] + 1 } else { longest[(i + 1) * width + j].max(longest[i * width + j + 1]) };
            longest[i * width + j] = best;
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            told.push((Change::Same, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            told.push((Change::Removed, old[i]));
            i += 1;
        } else {
            told.push((Change::Added, new[j]));
            j += 1;
        }
    }
    told.extend(old[i..].iter().map(|line| (Change::Removed, *line)));
    told.extend(new[j..].iter().map(|line| (Change::Added, *line)));
    told
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signs(before: &str, after: &str) -> String {
        let sign = |change| match change {
            Change::Same => '=',
            Change::Added => '+',
            Change::Removed => '-',
        };
        lines(before, after).into_iter().map(|(change, line)| format!("{}{line}", sign(change))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_changed_is_told_in_order() {
        for (before, after, expected) in [
            ("a\nb\nc", "a\nb\nc", "=a =b =c"),
            ("a\nb\nc", "a\nx\nc", "=a -b +x =c"),
            ("a\nc", "a\nb\nc", "=a +b =c"),
            ("a\nb", "b", "-a =b"),
            ("", "a", "+a"),
            ("a\nb\nc\nd", "b\nx\nd\ne", "-a =b -c +x =d +e"),
        ] {
            assert_eq!(signs(before, after), expected);
        }
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(before in "([a-c]\n){0,12}", after in "([a-c]\n){0,12}") {
            let told = lines(&before, &after);
            let keep = |unwanted| told.iter().filter(|(change, _)| *change != unwanted).map(|(_, line)| format!("{line}\n")).collect::<String>();
            prop_assert_eq!(keep(Change::Added), before.clone());
            prop_assert_eq!(keep(Change::Removed), after.clone());
        }
    }
}
