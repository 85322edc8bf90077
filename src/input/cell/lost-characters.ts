import { clear, type Found, type IdKind } from './damage.ts';
import { misreadText } from './misread-text.ts';

const address = /^[a-z][a-z\d+.-]*:\/\//i;

/** Characters that a program could not write, or read in another encoding than they were written in. */
export function findLostCharacters(text: string, kind: IdKind): Found | undefined {
  if (text.includes('\ufffd')) {
    return clear('holds the sign for a lost character (U+FFFD); what stood there cannot be told');
  }
  if (/[?¿]/.test(text) && kind !== 'app_ids' && !address.test(text)) {
    return clear(
      'holds a question mark, which programs write for a character that they cannot; what stood there cannot be told',
    );
  }
  return undefined;
}

/** Text that was read in another encoding than it was written in: `MÃ¼ller`, `鐜嬪皬鏄`. */
export function findMisreadText(text: string): Found | undefined {
  const misread = misreadText(text);
  if (misread === undefined) return undefined;
  return clear('was read in another encoding than it was written in', misread === '' ? undefined : misread);
}
