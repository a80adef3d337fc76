/** What the options of curl come to here. Those of one kind are treated alike. */
const valued = {
  method: ['-X', '--request'],
  header: ['-H', '--header'],
  data: ['-d', '--data', '--data-ascii', '--data-binary'],
  rawData: ['--data-raw'],
  encodedData: ['--data-urlencode'],
  json: ['--json'],
  query: ['--url-query'],
  form: ['-F', '--form'],
  formText: ['--form-string'],
  url: ['--url'],
  userAgent: ['-A', '--user-agent'],
  referrer: ['-e', '--referer'],
  range: ['-r', '--range'],
  maxTime: ['-m', '--max-time'],
  maxRedirects: ['--max-redirs'],
  retry: ['--retry'],
  credential: [
    '-u',
    '--user',
    '-b',
    '--cookie',
    '--oauth2-bearer',
    '--aws-sigv4',
    '--delegation',
    '--service-name',
  ],
  connection: [
    ...['-E', '--cert', '--cert-type', '--key', '--key-type', '--pass', '--cacert', '--capath', '--crlfile'],
    ...['--ciphers', '--tls13-ciphers', '--curves', '--tls-max', '--pinnedpubkey', '-x', '--proxy', '-U'],
    ...[
      '--proxy-user',
      '--proxy-header',
      '--preproxy',
      '--socks4',
      '--socks4a',
      '--socks5',
      '--socks5-hostname',
    ],
    ...[
      '--noproxy',
      '--interface',
      '--local-port',
      '--dns-servers',
      '--doh-url',
      '--connect-timeout',
      '--netrc-file',
    ],
  ],
  refused: [
    ...['-T', '--upload-file', '-K', '--config', '--unix-socket', '--abstract-unix-socket', '--connect-to'],
    ...[
      '--resolve',
      '--request-target',
      '--variable',
      '-Q',
      '--quote',
      '-t',
      '--telnet-option',
      '--mail-from',
    ],
    ...['--mail-rcpt', '-P', '--ftp-port', '-C', '--continue-at', '-z', '--time-cond'],
  ],
  ignored: [
    ...['-o', '--output', '--output-dir', '-w', '--write-out', '-D', '--dump-header', '-c', '--cookie-jar'],
    ...[
      '--stderr',
      '--trace',
      '--trace-ascii',
      '--retry-delay',
      '--retry-max-time',
      '--limit-rate',
      '-y',
      '-Y',
    ],
    ...['--speed-time', '--speed-limit', '--keepalive-time', '--max-filesize', '--rate', '--parallel-max'],
    ...['--expect100-timeout', '--happy-eyeballs-timeout-ms', '--etag-save', '--proto', '--proto-redir'],
  ],
} as const;

const flags = {
  get: ['-G', '--get'],
  head: ['-I', '--head'],
  location: ['-L', '--location'],
  trusted: ['--location-trusted'],
  keepMethod: ['--post301', '--post302', '--post303'],
  insecure: ['-k', '--insecure'],
  compressed: ['--compressed'],
  fail: ['-f', '--fail', '--fail-with-body'],
  globOff: ['-g', '--globoff'],
  credential: ['-n', '--netrc', '--netrc-optional', '--negotiate', '--ntlm', '--digest', '--anyauth'],
  refused: [
    '-:',
    '--next',
    '-l',
    '--list-only',
    '-a',
    '--append',
    '--ssl-reqd',
    '--ftp-pasv',
    '-B',
    '--use-ascii',
  ],
  ignored: [
    ...['-s', '--silent', '-S', '--show-error', '-v', '--verbose', '-i', '--include', '--show-headers', '-#'],
    ...['--progress-bar', '--no-progress-meter', '--progress-meter', '-N', '--no-buffer', '--buffer', '-O'],
    ...['--remote-name', '-J', '--remote-header-name', '-R', '--remote-time', '--create-dirs', '--basic'],
    ...[
      '-0',
      '--http1.0',
      '--http1.1',
      '--http2',
      '--http2-prior-knowledge',
      '--http3',
      '--http3-only',
      '-1',
    ],
    ...[
      '--tlsv1',
      '--tlsv1.0',
      '--tlsv1.1',
      '--tlsv1.2',
      '--tlsv1.3',
      '-2',
      '-3',
      '-4',
      '--ipv4',
      '-6',
      '--ipv6',
    ],
    ...['--ssl', '--ssl-no-revoke', '--tcp-nodelay', '--tcp-fastopen', '--keepalive', '--no-keepalive'],
    ...[
      '--retry-all-errors',
      '--retry-connrefused',
      '--fail-early',
      '--raw',
      '--path-as-is',
      '-q',
      '--disable',
    ],
    ...['--styled-output', '--no-styled-output', '-Z', '--parallel', '--no-sessionid', '--alpn', '--no-alpn'],
    ...['-j', '--junk-session-cookies', '--disallow-username-in-url', '--tr-encoding', '--trace-time'],
  ],
} as const;

export type Does = keyof typeof valued | keyof typeof flags;

interface Option {
  readonly does: Does;
  readonly takesValue: boolean;
}

const listed = (kinds: Readonly<Partial<Record<Does, readonly string[]>>>, takesValue: boolean) =>
  Object.entries(kinds).flatMap(([does, options]) =>
    options.map((option) => [option, does, takesValue] as const),
  );

const isDoes = (text: string): text is Does => text in valued || text in flags;

/** The options of curl by how they are written. */
export const options: ReadonlyMap<string, Option> = new Map(
  [...listed(valued, true), ...listed(flags, false)].flatMap(([option, does, takesValue]) =>
    isDoes(does) ? [[option, { does, takesValue }] as const] : [],
  ),
);
