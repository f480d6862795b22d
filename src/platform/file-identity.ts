/**
 * Which file a descriptor stands for, so that a number reused by a stranger is recognised: the low
 * 32 bits, signed, of the numbers that fstat gives.
 *
 * Asked for in big numbers. Of those who ask in small ones Node 20 and 22 remember what kind of
 * file the last one was, and if that is a pipe or a socket, they leave the next symbolic link that
 * `require` meets as it is: packages that pnpm has laid out would be loaded twice.
 */
import { fstatSync } from "node:fs";

export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

export function identityOf(fd: number): FileIdentity {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return { device: word(dev), inode: word(ino) };
}

export const isSameFile = (one: FileIdentity, other: FileIdentity): boolean =>
  one.device === other.device && one.inode === other.inode;

const word = (number: bigint): number => Number(BigInt.asIntN(32, number));
