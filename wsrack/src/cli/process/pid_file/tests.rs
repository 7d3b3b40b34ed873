//! What is left behind, what is refused, and what goes from one process to the next.

use std::fs;

#[cfg(target_os = "linux")]
use super::is_open_in;
use super::{Entry, PidFile, read, remove_left_behind};
use crate::cli::failure::Failure;
use crate::cli::process::scratch::Scratch;

fn held(path: &std::path::Path) -> (Option<u32>, bool) {
    let Entry { pid, is_held, .. } = read(path).unwrap().unwrap();
    (pid, is_held)
}

#[test]
fn it_names_its_process_while_it_is_held_and_is_gone_afterwards() {
    let folder = Scratch::new();
    let path = folder.path("deep/down/app.pid");
    let file = PidFile::claim(&path).unwrap();
    assert_eq!(held(&path), (Some(std::process::id()), true));
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
    drop(file);
    assert_eq!(read(&path).unwrap(), None);
}

#[test]
fn all_may_read_it_whatever_the_umask_and_none_but_the_owner_write() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Scratch::new();
    let path = folder.path("app.pid");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let _file = PidFile::claim(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn a_stale_one_is_taken_over_even_where_its_number_lives() {
    let folder = Scratch::new();
    let path = folder.path("app.pid");
    for stale in ["1\n", "99999999\n", "no number, and longer than any that follows it", ""] {
        fs::write(&path, stale).unwrap();
        assert!(!read(&path).unwrap().unwrap().is_held);
        let _file = PidFile::claim(&path).unwrap();
        assert_eq!(held(&path), (Some(std::process::id()), true), "{stale:?}");
    }
}

#[test]
fn a_live_one_is_refused_with_its_holder() {
    let folder = Scratch::new();
    let path = folder.path("app.pid");
    let _file = PidFile::claim(&path).unwrap();
    let error = PidFile::claim(&path).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("already running: process {} holds {}", std::process::id(), path.display())
    );
    assert_eq!(held(&path), (Some(std::process::id()), true), "nor is it touched");
}

#[test]
fn one_that_another_has_put_there_meanwhile_stays() {
    let folder = Scratch::new();
    let path = folder.path("app.pid");
    let file = PidFile::claim(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, "1\n").unwrap();
    drop(file);
    assert_eq!(fs::read_to_string(&path).unwrap(), "1\n");
}

#[test]
fn a_link_is_not_followed() {
    let folder = Scratch::new();
    let (path, precious) = (folder.path("app.pid"), folder.path("precious"));
    fs::write(&precious, "data").unwrap();
    std::os::unix::fs::symlink(&precious, &path).unwrap();
    assert!(matches!(PidFile::claim(&path), Err(Failure::Unwritable { .. })));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "data");
    fs::remove_file(&path).unwrap();
    fs::hard_link(&precious, &path).unwrap();
    assert!(matches!(PidFile::claim(&path), Err(Failure::Unwritable { .. })));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "data");
}

#[cfg(target_os = "linux")]
#[test]
fn who_holds_it_has_it_open() {
    let folder = Scratch::new();
    let (path, other) = (folder.path("app.pid"), folder.path("other.pid"));
    let _file = PidFile::claim(&path).unwrap();
    fs::write(&other, "1\n").unwrap();
    let own = std::process::id();
    assert_eq!((is_open_in(&path, own), is_open_in(&other, own)), (true, false));
}

#[test]
fn the_lock_goes_with_the_open_file() {
    use std::os::fd::AsFd;

    let folder = Scratch::new();
    let path = folder.path("app.pid");
    let old = PidFile::claim(&path).unwrap();
    let mut new = PidFile::handed(path.clone(), old.as_fd().try_clone_to_owned().unwrap());
    assert!(new.is_at(&path));
    old.hand_on();
    assert!(held(&path).1, "between the two");
    new.take_over().unwrap();
    assert!(matches!(PidFile::claim(&path), Err(Failure::Running { .. })));
    drop(new);
    assert_eq!(read(&path).unwrap(), None);
}

#[test]
fn a_hand_over_that_comes_to_nothing_leaves_it_in_place() {
    use std::os::fd::AsFd;

    let folder = Scratch::new();
    let path = folder.path("app.pid");
    let old = PidFile::claim(&path).unwrap();
    drop(PidFile::handed(path.clone(), old.as_fd().try_clone_to_owned().unwrap()));
    assert_eq!(held(&path), (Some(std::process::id()), true));
}

#[test]
fn one_that_is_left_behind_is_removed_and_one_that_is_held_stays() {
    let folder = Scratch::new();
    let path = folder.path("app.pid");
    remove_left_behind(&path).unwrap();
    fs::write(&path, "1\n").unwrap();
    remove_left_behind(&path).unwrap();
    assert_eq!(read(&path).unwrap(), None);
    let _file = PidFile::claim(&path).unwrap();
    remove_left_behind(&path).unwrap();
    assert_eq!(held(&path), (Some(std::process::id()), true));
}

#[test]
fn who_looks_at_it_is_no_server() {
    use rustix::fs::{FlockOperation, flock};

    let folder = Scratch::new();
    let path = folder.path("app.pid");
    fs::write(&path, "1\n").unwrap();
    let look = fs::File::open(&path).unwrap();
    flock(&look, FlockOperation::NonBlockingLockShared).unwrap();
    let claims = std::thread::spawn(move || PidFile::claim(&path).map(drop));
    // It has to find the lock taken; where it is late, it finds it free.
    std::thread::sleep(super::GLANCE);
    drop(look);
    claims.join().unwrap().unwrap();
}

/// A hundred servers claim what another one clears away: each has its file at the end.
#[test]
fn what_is_claimed_meanwhile_is_not_removed() {
    let folder = Scratch::new();
    let path = folder.path("app.pid");
    let clears = path.clone();
    // Dropped when this is over, however it ends.
    let (over, is_over) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while is_over.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                remove_left_behind(&clears).unwrap();
                // Or it has the lock nearly all the time, and the others wait for luck.
                std::thread::sleep(super::GLANCE / 10);
            }
        });
        let _over = over;
        for _ in 0..100 {
            // As a server that was killed leaves it.
            fs::write(&path, "1\n").unwrap();
            let file = PidFile::claim(&path).unwrap();
            assert!(file.is_in_place());
        }
    });
}
