//! What is printed: settings, pages, units.

use std::fs;

use wsrack_tests::Result;

use super::{Folder, echo, run};

#[tokio::test]
async fn config_prints_a_file_that_can_be_given_back() -> Result {
    let folder = Folder::new()?;
    let line =
        "config -a ::1 -p 0 -s 3 -t 90 --access-log json --tag a\"b --option origins=any --option debug=off";
    let line: Vec<_> = line.split(' ').collect();
    for name in ["x.toml", "x.yaml"] {
        let empty = folder.file(name, "")?;
        let printed = echo(&folder, &[&line[..], &["-C", &empty]].concat()).await?;
        assert_eq!((printed.status, printed.err.as_str()), (Some(0), ""));
        for part in ["\"::1\"", "\"90s\"", "\"json\"", "\"any\"", "servers"] {
            assert!(printed.out.contains(part), "{part}\n{}", printed.out);
        }
        let own = printed.out.lines().filter(|line| line.contains("# idle_timeout")).count();
        assert_eq!(own, 2, "the options of each of its applications\n{}", printed.out);
        let file = folder.file(name, &printed.out)?;
        assert_eq!(echo(&folder, &["config", "-C", &file]).await?.out, printed.out);
    }
    Ok(())
}

#[tokio::test]
async fn help_and_version_go_to_stdout() -> Result {
    let folder = Folder::new()?;
    for flag in ["-h", "--help"] {
        let said = echo(&folder, &["-p", "0", flag]).await?;
        assert_eq!(said.status, Some(0));
        assert!(said.out.contains("Usage: echo [OPTIONS] [COMMAND]") && said.err.is_empty(), "{said:?}");
    }
    let said = echo(&folder, &["--version"]).await?;
    assert!(said.out.starts_with("echo (wsrack "), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn shells_take_the_completions_and_man_the_page() -> Result {
    let folder = Folder::new()?;
    let page = echo(&folder, &["--man"]).await?.out;
    assert!(page.contains(".TH") && page.contains("max\\-persistent\\-conns"), "{page}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = echo(&folder, &["--completions", shell]).await?.out;
        assert!(script.contains("max-persistent-conns"), "{shell}: {script}");
    }
    let script = folder.file("echo.bash", &echo(&folder, &["--completions", "bash"]).await?.out)?;
    let said = run(folder.command("bash".as_ref()).args(["-n", &script])).await?;
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""));
    Ok(())
}

#[tokio::test]
async fn install_writes_two_units() -> Result {
    let folder = Folder::new()?;
    let said = echo(&folder, &["install", "--dir", ".", "-p", "8080", "-d"]).await?;
    assert_eq!(said.status, Some(0), "{said:?}");
    assert!(said.out.ends_with("systemctl enable --now echo.socket echo.service\n"), "{said:?}");
    let service = fs::read_to_string(folder.path("echo.service"))?;
    assert!(service.contains(" --port 8080 --daemonize --no-daemonize start\n"), "{service}");
    let printed = echo(&folder, &["install", "--dir", "-", "-p", "8080", "-d"]).await?.out;
    let socket = fs::read_to_string(folder.path("echo.socket"))?;
    assert!(printed.contains(&service) && printed.contains(&socket), "{printed}");
    Ok(())
}
