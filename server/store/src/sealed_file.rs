//! Files sealed at rest: a mark, then pieces, each sealed with its number and a flag for the last one, so that none can be
//! removed, reordered or cut off. A file without the mark was written before files were sealed, and is read as it is.

use std::{
    collections::{BTreeSet, VecDeque},
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::{
    Cx, Keys,
    reseal::Census,
    seal::{HEADER, SealedWith},
};

/// First bytes of a sealed file: no document format that was ever accepted begins with them.
const MARK: &[u8; 9] = b"\x02HABSEAL1";
const PIECE: usize = 64 * 1024;
/// Suffix of the file that [`reseal`] writes before it replaces the original.
pub const TEMPORARY: &str = ".sealing";
/// Largest possible size of a sealed piece; a greater length means that the file is damaged.
const MAX_SEALED: usize = PIECE + 1024;

/// Creates a file that its owner alone may read (mode 600, whatever the umask), or truncates an existing one.
pub fn create(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Same, but fails if the file exists.
pub fn create_new(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Creates the folder and its missing parents with mode 700.
pub fn create_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn place(of: &str, number: u64, last: bool) -> String {
    format!("file.piece:{of}/{number}{}", if last { "/last" } else { "" })
}

/// `of` identifies what the file holds (its kind and id); every piece is sealed to it.
pub fn write(cx: &Cx, of: &str, to: impl Write, mut plain: impl Read) -> io::Result<()> {
    let mut writer = Writer::new(cx, of.to_owned(), to)?;
    io::copy(&mut plain, &mut writer)?;
    writer.finish().map(|_| ())
}

/// A file being written; it cannot be read before [`Writer::finish`], which seals the last piece.
pub struct Writer<W> {
    cx: Cx,
    of: String,
    to: W,
    number: u64,
    /// The next piece, kept back until it is known whether it is the last.
    piece: Vec<u8>,
}

impl<W: Write> Writer<W> {
    pub fn new(cx: &Cx, of: String, mut to: W) -> io::Result<Self> {
        to.write_all(MARK)?;
        Ok(Self { cx: cx.clone(), of, to, number: 0, piece: Vec::with_capacity(PIECE) })
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.cx.seal(&place(&self.of, self.number, last), &self.piece);
        self.to.write_all(&u32::try_from(sealed.len()).map_err(io::Error::other)?.to_be_bytes())?;
        self.to.write_all(&sealed)?;
        self.number += 1;
        self.piece.clear();
        Ok(())
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn read_piece(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE);
    from.take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

/// A file being read, piece by piece.
pub struct Reading {
    cx: Cx,
    of: String,
    file: File,
    sealed: bool,
    number: u64,
    over: bool,
    /// Bytes of the current piece that were not read yet.
    rest: VecDeque<u8>,
}

pub fn open(cx: &Cx, of: &str, path: &Path) -> io::Result<Reading> {
    let mut file = File::open(path)?;
    let sealed = is_sealed(&mut file)?;
    Ok(Reading { cx: cx.clone(), of: of.to_owned(), file, sealed, number: 0, over: false, rest: VecDeque::new() })
}

/// Reads a whole file into memory; for small files.
pub fn read(cx: &Cx, of: &str, path: &Path) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    open(cx, of, path)?.read_to_end(&mut whole)?;
    Ok(whole)
}

impl Reading {
    /// `None` at the end of the file.
    pub fn next_piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.over {
            return Ok(None);
        }
        if !self.sealed {
            let piece = read_piece(&mut self.file)?;
            self.over = piece.is_empty();
            return Ok(Some(piece).filter(|piece| !piece.is_empty()));
        }
        let sealed = next_sealed(&mut self.file)?.ok_or_else(damaged)?;
        let opened = |last| self.cx.open(&place(&self.of, self.number, last), &sealed);
        let plain = match opened(false) {
            Ok(plain) => plain,
            Err(_) => {
                self.over = true;
                opened(true).map_err(|_| damaged())?
            }
        };
        self.number += 1;
        Ok(Some(plain))
    }
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.rest = self.next_piece()?.unwrap_or_default().into();
        }
        self.rest.read(buffer)
    }
}

/// Rewrites a file that is not sealed with the current key, then renames the copy over the original. False when nothing had to
/// be done.
pub fn reseal(cx: &Cx, of: &str, path: &Path) -> io::Result<bool> {
    let current = |with: &SealedWith| cx.keys.is_current_key(*with);
    if sealed_with(path)?.is_some_and(|keys| keys.iter().all(current)) {
        return Ok(false);
    }
    // Another process may reseal the same file: each writes to a temporary file of its own.
    let beside = path.with_extension(format!("{}{TEMPORARY}", cx.new_token()));
    let mut file = create_new(&beside)?;
    let written = write(cx, of, &mut file, open(cx, of, path)?).and_then(|()| file.sync_all());
    // A file deleted meanwhile must not come back.
    let kept = written.and_then(|()| path.symlink_metadata().and_then(|_| std::fs::rename(&beside, path)));
    if kept.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    kept.map(|()| true)
}

/// The keys that its pieces are sealed with; `None` for a file in clear.
pub(crate) fn sealed_with(path: &Path) -> io::Result<Option<BTreeSet<SealedWith>>> {
    let mut file = File::open(path)?;
    let mut keys = BTreeSet::new();
    if !is_sealed(&mut file)? {
        // An empty file is one that is about to be written: it needs no key.
        return Ok(Some(keys).filter(|_| path.metadata().is_ok_and(|found| found.len() == 0)));
    }
    while let Some(length) = next_length(&mut file)? {
        let mut head = [0; HEADER];
        file.read_exact(&mut head)?;
        keys.insert(SealedWith::of(&head).ok_or_else(damaged)?);
        file.seek(SeekFrom::Current(i64::try_from(length - HEADER).map_err(io::Error::other)?))?;
    }
    Ok(Some(keys))
}

/// Adds the keys that a file needs to the census; false for a file in clear.
pub fn count(keys: &Keys, path: &Path, census: &mut Census) -> io::Result<bool> {
    let Some(with) = sealed_with(path)? else { return Ok(false) };
    for key in with {
        census.add(keys, key, 1);
    }
    Ok(true)
}

fn is_sealed(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::with_capacity(MARK.len());
    file.take(MARK.len() as u64).read_to_end(&mut start)?;
    let sealed = start == MARK;
    if !sealed {
        file.seek(SeekFrom::Start(0))?;
    }
    Ok(sealed)
}

/// Length of the next piece; `None` at the end of the file.
fn next_length(file: &mut File) -> io::Result<Option<usize>> {
    let mut length = Vec::with_capacity(4);
    file.take(4).read_to_end(&mut length)?;
    if length.is_empty() {
        return Ok(None);
    }
    let length = <[u8; 4]>::try_from(length.as_slice()).map_err(|_| damaged())?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if (HEADER..=MAX_SEALED).contains(&length) { Ok(Some(length)) } else { Err(damaged()) }
}

fn next_sealed(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let Some(length) = next_length(file)? else { return Ok(None) };
    let mut sealed = vec![0; length];
    file.read_exact(&mut sealed)?;
    Ok(Some(sealed))
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a sealed file is damaged, or sealed with another key")
}
