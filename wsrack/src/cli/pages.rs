//! The man page, and what shells complete by.

use std::io;

use clap_complete::Shell;

use super::line::{Names, definition};

/// The man page, in roff.
pub(super) fn man(names: &Names) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(definition(names)).render(&mut page)?;
    Ok(page)
}

/// The script that teaches a shell to complete.
pub(super) fn completions(names: &Names, shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(names), names.program.clone(), &mut script);
    script
}
