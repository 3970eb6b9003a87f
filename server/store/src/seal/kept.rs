//! Keys that outlive the master key, in memory; `kept_key` stores them.

use domain::Entropy;

use crate::MasterKey;

/// What a kept key is for. A new use needs one more line in each function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// MACs of values that only have to be recognised: recovery codes, tokens of forms.
    Mac,
    /// The `sub` by which each service knows a person.
    Sub,
    /// Lines of the journals.
    Journal,
}

impl Use {
    pub const ALL: [Self; 3] = [Self::Mac, Self::Sub, Self::Journal];

    pub fn name(self) -> &'static str {
        match self {
            Self::Mac => "mac",
            Self::Sub => "sub",
            Self::Journal => "journal",
        }
    }

    /// The label under which databases older than the kept keys derived the key from the master key; the first two uses shared
    /// one.
    fn label(self) -> &'static [u8] {
        match self {
            Self::Mac | Self::Sub => b"habilis mac v1",
            Self::Journal => b"habilis journal v1",
        }
    }
}

/// One key for each use.
#[derive(Clone)]
pub(crate) struct Kept(pub(crate) [[u8; 32]; Use::ALL.len()]);

impl Kept {
    pub fn derived(master: &MasterKey) -> Self {
        Self(Use::ALL.map(|of| master.derive(of.label())))
    }

    pub fn drawn(entropy: &dyn Entropy) -> Self {
        Self(Use::ALL.map(|_| {
            let mut key = [0; 32];
            entropy.fill(&mut key);
            key
        }))
    }

    pub fn key(&self, of: Use) -> &[u8; 32] {
        &self.0[of as usize]
    }
}

/// Associated data of the key of this name.
pub(crate) fn place(name: &str) -> String {
    format!("kept_key.key:{name}")
}
