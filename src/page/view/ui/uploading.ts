import type { Refusal } from '../../state.ts';
import { useEffect, useRef, useState } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';
import { visible } from './told.tsx';

/** Sends a file that was chosen or dropped. @param path where it is taken. */
export function useUpload(path: string) {
  const { say } = useSpeaker();
  const { send, refusal } = useAsking();
  const [own, setOwn] = useState<Refusal | null>(null);

  async function take(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (file === undefined) return;
    const isOne = files.length === 1 && (await canBeRead(file));
    const why = files.length > 1 ? 'file.several' : 'file.unreadable';
    const message = isOne ? null : say(why, { count: files.length, name: visible(file.name) });
    setOwn(message === null ? null : { message, hint: null, ways: [] });
    if (isOne) await send(path, file);
  }

  return {
    take,
    /** What a field of the type `file` does when one was chosen. */
    onChosen({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void {
      const files = [...(currentTarget.files ?? [])];
      // Else the same file, once it is mended, would be none that was chosen.
      currentTarget.value = '';
      void take(files);
    },
    refusal: own ?? refusal,
  };
}

/** A folder cannot, nor what another program keeps for itself, or has written to since it was chosen. */
async function canBeRead(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Takes what is dropped anywhere on the page. @returns whether something is held over it. */
export function useDrop(take: (files: readonly File[]) => Promise<void>): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const onOver = (): void => setOver(true);
    const onLeave = ({ relatedTarget }: DragEvent): void => {
      // From one part of the page to another.
      if (relatedTarget === null) setOver(false);
    };
    const onDrop = ({ dataTransfer }: DragEvent): void => {
      setOver(false);
      void latest.current([...(dataTransfer?.files ?? [])]);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, []);
  return isOver;
}

/** A file that is dropped where none is taken would be opened by the browser, in place of the page. */
export function keepDropsFromOpening(): void {
  for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
}
