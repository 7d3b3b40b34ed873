//! Becoming somebody who may do less.

use std::ffi::CString;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;

use nix::unistd::{self, Gid, Group, Uid, User};

use crate::cli::failure::{Account, Failure};

/// Who the server runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// As it was given, for messages.
    name: String,
    /// `None`: only the group changes.
    user: Option<(Uid, Option<Known>)>,
    group: Gid,
}

/// A user that the system knows by name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    name: CString,
    home: PathBuf,
}

impl Identity {
    /// Looks a user and a group up, by name or by number. `None` where neither is asked for, or the process is both
    /// already.
    ///
    /// # Errors
    ///
    /// Where there is none of that name, and where this process may not become it.
    pub(super) fn find(user: Option<&str>, group: Option<&str>) -> Result<Option<Self>, Failure> {
        let Some(name) = name(user, group) else { return Ok(None) };
        let found = user.map(find_user).transpose()?;
        let group = match (group, &found) {
            (Some(group), _) => find_group(group)?,
            (None, Some((_, Some((_, primary))))) => *primary,
            (None, _) => {
                let why = "a user without a name needs `--group` as well".to_owned();
                return Err(Failure::Privileges { name, why });
            }
        };
        let user = found.map(|(uid, known)| (uid, known.map(|(known, _)| known)));
        let identity = Self { name, user, group };
        if identity.is_current() {
            return Ok(None);
        }
        if !Uid::effective().is_root() {
            let why = "only root can change the user or the group; start as root, or without `--user` and `--group`";
            return Err(Failure::Privileges { name: identity.name, why: why.to_owned() });
        }
        Ok(Some(identity))
    }

    /// Does something with no rights but those of this user and group, and takes back root's.
    ///
    /// # Errors
    ///
    /// Where the system refuses one or the other.
    pub(super) fn acting<T>(&self, act: impl FnOnce() -> T) -> Result<T, Failure> {
        let refused = |error: nix::Error| self.failure(error.desc().to_owned());
        let (uid, gid) = (Uid::effective(), Gid::effective());
        let groups = supplementary_groups().map_err(refused)?;
        set_supplementary_groups(self).map_err(refused)?;
        unistd::setegid(self.group).map_err(refused)?;
        if let Some(own) = self.uid() {
            unistd::seteuid(own).map_err(refused)?;
        }
        let done = act();
        unistd::seteuid(uid).map_err(refused)?;
        unistd::setegid(gid).map_err(refused)?;
        take_back_groups(&groups).map_err(refused)?;
        Ok(done)
    }

    /// Gives a file to this user and group.
    ///
    /// # Errors
    ///
    /// Where the file system does not know owners.
    pub(super) fn own(&self, file: impl AsFd) -> io::Result<()> {
        unistd::fchown(file, self.uid(), Some(self.group)).map_err(io::Error::from)
    }

    /// `None` where only the group changes.
    pub(super) fn uid(&self) -> Option<Uid> {
        self.user.as_ref().map(|(uid, _)| *uid)
    }

    /// As it was given, for messages.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Becomes it, in all threads and for good: the groups first, for the user may not change them.
    ///
    /// # Errors
    ///
    /// Where the system refuses, and where anything of root is left.
    pub(super) fn assume(&self) -> Result<(), Failure> {
        let refused = |error: nix::Error| self.failure(error.desc().to_owned());
        set_supplementary_groups(self).map_err(refused)?;
        unistd::setgid(self.group).map_err(refused)?;
        let Some((uid, _)) = self.user else { return Ok(()) };
        unistd::setuid(uid).map_err(refused)?;
        let users = [Uid::current(), Uid::effective()];
        let groups = [Gid::current(), Gid::effective()];
        if users != [uid; 2] || groups != [self.group; 2] {
            return Err(self.failure("the change did not hold".to_owned()));
        }
        // What could be taken back was not given up.
        if !uid.is_root() && unistd::setuid(Uid::from_raw(0)).is_ok() {
            return Err(self.failure("the process could become root again".to_owned()));
        }
        Ok(())
    }

    /// What its programs find in their environment.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let Some((_, Some(known))) = &self.user else { return Vec::new() };
        let name = known.name.to_string_lossy().into_owned();
        let home = known.home.to_string_lossy().into_owned();
        vec![("HOME", home), ("USER", name.clone()), ("LOGNAME", name)]
    }

    fn is_current(&self) -> bool {
        let user =
            self.user.as_ref().is_none_or(|(uid, _)| *uid == Uid::effective() && *uid == Uid::current());
        user && self.group == Gid::effective() && self.group == Gid::current()
    }

    fn failure(&self, why: String) -> Failure {
        Failure::Privileges { name: self.name.clone(), why }
    }
}

/// `nobody`, `nobody:nogroup`, or `:nogroup`.
fn name(user: Option<&str>, group: Option<&str>) -> Option<String> {
    match (user, group) {
        (None, None) => None,
        (Some(user), None) => Some(user.to_owned()),
        (user, Some(group)) => Some(format!("{}:{group}", user.unwrap_or_default())),
    }
}

/// With its primary group, where it has a name.
type Found = (Uid, Option<(Known, Gid)>);

fn find_user(name: &str) -> Result<Found, Failure> {
    let number = name.parse().ok().map(Uid::from_raw);
    let found = match User::from_name(name) {
        Ok(None) => number.and_then(|uid| User::from_uid(uid).ok().flatten()),
        Ok(found) => found,
        Err(error) => return Err(unsearched(name, error)),
    };
    match (found, number) {
        (Some(user), _) => {
            let known = CString::new(user.name).ok().map(|name| (Known { name, home: user.dir }, user.gid));
            Ok((user.uid, known))
        }
        (None, Some(uid)) => Ok((uid, None)),
        (None, None) => Err(Failure::Unknown { kind: Account::User, name: name.to_owned() }),
    }
}

fn find_group(name: &str) -> Result<Gid, Failure> {
    match (Group::from_name(name), name.parse()) {
        (Ok(Some(group)), _) => Ok(group.gid),
        (Ok(None), Ok(gid)) => Ok(Gid::from_raw(gid)),
        (Ok(None), Err(_)) => Err(Failure::Unknown { kind: Account::Group, name: name.to_owned() }),
        (Err(error), _) => Err(unsearched(name, error)),
    }
}

fn unsearched(name: &str, error: nix::Error) -> Failure {
    Failure::System { what: format!("`{name}` cannot be looked up"), error: error.into() }
}

/// The groups that the user is in, and none that root was in.
#[cfg(not(target_vendor = "apple"))]
fn set_supplementary_groups(identity: &Identity) -> nix::Result<()> {
    match &identity.user {
        Some((_, Some(known))) => unistd::initgroups(&known.name, identity.group),
        _ => unistd::setgroups(&[identity.group]),
    }
}

#[cfg(not(target_vendor = "apple"))]
fn supplementary_groups() -> nix::Result<Vec<Gid>> {
    unistd::getgroups()
}

#[cfg(not(target_vendor = "apple"))]
fn take_back_groups(groups: &[Gid]) -> nix::Result<()> {
    unistd::setgroups(groups)
}

/// Groups are a directory service's there, and no call changes them for good.
#[cfg(target_vendor = "apple")]
fn set_supplementary_groups(_identity: &Identity) -> nix::Result<()> {
    Err(nix::Error::ENOTSUP)
}

#[cfg(target_vendor = "apple")]
fn supplementary_groups() -> nix::Result<Vec<Gid>> {
    Err(nix::Error::ENOTSUP)
}

#[cfg(target_vendor = "apple")]
fn take_back_groups(_groups: &[Gid]) -> nix::Result<()> {
    Err(nix::Error::ENOTSUP)
}

#[cfg(test)]
mod tests {
    use nix::unistd::{Gid, Uid};

    use super::Identity;
    use crate::cli::failure::{Account, Failure};

    #[test]
    fn nobody_asked_for_is_nobody_to_become() {
        assert_eq!(Identity::find(None, None).unwrap(), None);
        let (user, group) = (Uid::effective().to_string(), Gid::effective().to_string());
        assert_eq!(Identity::find(Some(&user), Some(&group)).unwrap(), None, "it is that already");
    }

    #[test]
    fn an_unknown_name_is_told_with_its_kind() {
        for (user, group, expected) in
            [(Some("no-such-one"), None, Account::User), (None, Some("no-such-one"), Account::Group)]
        {
            let failure = Identity::find(user, group).unwrap_err();
            let Failure::Unknown { kind, name } = failure else { panic!("{failure:?}") };
            assert_eq!((kind, &*name), (expected, "no-such-one"));
        }
    }

    #[test]
    fn a_number_without_a_name_needs_a_group() {
        let failure = Identity::find(Some("3999999999"), None).unwrap_err();
        assert!(failure.to_string().contains("needs `--group`"), "{failure}");
    }

    #[test]
    fn only_root_becomes_another() {
        let found = Identity::find(Some("3999999999"), Some("3999999999"));
        if Uid::effective().is_root() {
            assert!(found.unwrap().is_some());
        } else {
            let failure = found.unwrap_err();
            assert!(failure.to_string().contains("only root"), "{failure}");
        }
    }
}
