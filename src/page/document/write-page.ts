import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';

import type { ReportData } from '../report/data.ts';
import { createSpeaker } from '../texts/speaker.ts';
import type { Assets } from './assets.ts';
import { escaped } from './escape.ts';
import { withoutScript } from './without-script.ts';

/** Where the browser's side finds its data. */
const dataId = 'data';

/**
 * The page as one file, piece by piece. All that it shows stands in it, and it can ask for nothing: neither a script nor a style of
 * anybody else runs, as only these are allowed by their hashes.
 * @param opening with the first rows alone. @param rows all of them, each as JSON.
 */
export async function* pageText(
  opening: ReportData,
  rows: readonly string[],
  { script, style }: Assets,
): AsyncGenerator<string> {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = createSpeaker('en').say('page.title', { name: opening.run.input.name });
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="page">
${withoutScript(opening)}
</div>
<script type="application/gzip" id="${dataId}">`;
  yield* packed(opening, rows);
  yield `</script>\n<script>${script}</script>\n</body>\n</html>\n`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Small texts are gathered: each write to the file is a trip to another thread. */
const gatheredRows = 500;

function* jsonOf(data: ReportData, rows: readonly string[]): Generator<string> {
  yield `${JSON.stringify({ ...data, rows: undefined }).slice(0, -1)},"rows":[`;
  for (let at = 0; at < rows.length; at += gatheredRows) {
    yield `${at === 0 ? '' : ','}${rows.slice(at, at + gatheredRows).join(',')}`;
  }
  yield ']}';
}

/** Gzip in base64, which no text within can end early. */
async function* packed(data: ReportData, rows: readonly string[]): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  const gzip = Readable.from(jsonOf(data, rows)).pipe(createGzip());
  for await (const chunk of gzip as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    yield bytes.toString('base64', 0, whole);
  }
  yield rest.toString('base64');
}
