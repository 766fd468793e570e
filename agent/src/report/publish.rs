//! Puts files where readers look for them, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Why results could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct PublishError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Files that are written in full beside their places and not yet seen under their names.
#[derive(Debug, Default)]
pub struct Draft {
    written: Vec<(NamedTempFile, PathBuf)>,
}

impl Draft {
    /// Writes `content` to a hidden file in `folder`, down to the disk.
    ///
    /// # Errors
    /// [`PublishError`]; hidden files of this draft vanish with it.
    pub fn add(&mut self, folder: &Path, name: &str, content: &[u8]) -> Result<(), PublishError> {
        let path = folder.join(name);
        let failed = |source| PublishError { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::Builder::new().prefix(".").suffix(".partial").tempfile_in(folder).map_err(failed)?;
        file.write_all(content).map_err(failed)?;
        make_readable(file.as_file()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        self.written.push((file, path));
        Ok(())
    }

    /// Gives the files their names, in the order in which they were added. Results of an earlier run are taken away
    /// first, so that files of two runs never stand beside each other.
    ///
    /// # Errors
    /// [`PublishError`].
    pub fn publish(self) -> Result<Vec<PathBuf>, PublishError> {
        let mut folders: Vec<PathBuf> = Vec::new();
        for (_, path) in self.written.iter().rev() {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(PublishError { path: path.clone(), source: error });
                }
                _ => {}
            }
        }
        let mut published = Vec::new();
        for (file, path) in self.written {
            file.persist(&path).map_err(|error| PublishError { path: path.clone(), source: error.error })?;
            if let Some(folder) = path.parent()
                && !folders.iter().any(|known| known == folder)
            {
                folders.push(folder.to_owned());
            }
            published.push(path);
        }
        for folder in folders {
            let sync = File::open(&folder).and_then(|opened| opened.sync_all());
            sync.map_err(|source| PublishError { path: folder, source })?;
        }
        Ok(published)
    }
}

/// Temporary files are private; results are for everybody to read.
#[cfg(unix)]
fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder is there");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_seen_before_all_is_written() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        fs::write(folder.path().join("a"), "old").expect("written");
        let mut draft = Draft::default();
        draft.add(folder.path(), "a", b"new").expect("written");
        draft.add(folder.path(), "b", b"new too").expect("written");
        assert_eq!(fs::read(folder.path().join("a")).expect("still there"), b"old");
        assert!(!folder.path().join("b").exists());
        draft.publish().expect("published");
        assert_eq!(names(folder.path()), ["a", "b"]);
        assert_eq!(fs::read(folder.path().join("a")).expect("there"), b"new");
    }

    #[test]
    fn a_dropped_draft_leaves_no_trace() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let mut draft = Draft::default();
        draft.add(folder.path(), "a", b"new").expect("written");
        drop(draft);
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_named() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let taken = folder.path().join("taken");
        fs::write(&taken, "x").expect("written");
        let error = Draft::default().add(&taken, "a", b"new").expect_err("a file is no folder");
        assert_eq!(error.path, taken.join("a"));
    }
}
