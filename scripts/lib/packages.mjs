// System packages that the project needs. They are installed automatically only on Debian and Ubuntu; on
// other systems the command is printed.

/** To build and run the program. */
const debianBuild = [
  'build-essential',
  'pkg-config',
  'libwebkit2gtk-4.1-dev',
  'librsvg2-dev',
  'libayatana-appindicator3-dev',
  'libxdo-dev',
  'libssl-dev',
  'file',
  'perl', // OpenSSL's configure script, inside SQLCipher, is written in Perl
  'make',
];

/** To run the tests: a virtual display, its driver, a keyring, a browser, catalogue and mail servers. */
const debianTests = [
  'xvfb',
  'xauth',
  'webkit2gtk-driver',
  'dbus-x11',
  'gnome-keyring',
  'libsecret-tools',
  'fonts-noto-cjk',
  'openbox',
  'wmctrl',
  'xdotool',
  'at-spi2-core',
  'desktop-file-utils',
  'libglib2.0-bin',
  'psmisc',
  'openssl',
  'x11-utils',
  'chromium',
  'yaz',
  'idzebra-2.0',
  'idzebra-2.0-examples',
  'dovecot-imapd', // Cyrus and Courier, which cannot be installed beside it: mailservers.mjs
];

const fedora =
  'sudo dnf install gcc gcc-c++ make perl pkgconf webkit2gtk4.1-devel librsvg2-devel libappindicator-gtk3-devel libxdo-devel openssl-devel file';
const arch =
  'sudo pacman -S --needed base-devel perl webkit2gtk-4.1 librsvg libayatana-appindicator xdotool openssl file';

/** The Debian packages for a task. On Ubuntu `chromium` only redirects to a snap, so Chrome is used there. */
export function debianPackages({ tests, ubuntu }) {
  const wanted = tests ? [...debianBuild, ...debianTests] : debianBuild;
  return ubuntu ? wanted.filter((name) => name !== 'chromium') : wanted;
}

/** The install command for systems on which the scripts do not run it themselves. */
export function hint(system) {
  if (system === 'fedora') return fedora;
  if (system === 'arch') return arch;
  if (system === 'macos') return 'xcode-select --install';
  if (system === 'windows') {
    return (
      'winget install Microsoft.VisualStudio.2022.BuildTools --override "--add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"\n' +
      '  winget install StrawberryPerl.StrawberryPerl\n' +
      '  (Windows 10 and 11 bring WebView2)'
    );
  }
  return `the packages that Debian calls ${debianBuild.join(' ')}`;
}
