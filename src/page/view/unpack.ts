import type { ReportData } from '../report/data.ts';

/** What `report.html` carries, out of gzip in base64. @throws when the browser cannot, or the file was cut. */
export async function unpack(packed: string): Promise<ReportData> {
  const bytes = Uint8Array.from(atob(packed), (char) => char.codePointAt(0) ?? 0);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as ReportData;
}
