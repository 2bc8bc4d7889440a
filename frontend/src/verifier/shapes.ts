// What is read from a file, and what is said of it; the same words as the rules on the server.
import type { Certificate } from "pkijs";
import type { Bytes } from "./bytes.ts";

export type Status =
  | "valid"
  | "valid_then"
  | "broken"
  | "misplaced"
  | "weak"
  | "untrusted"
  | "expired"
  | "not_yet_valid"
  | "revoked"
  | "wrong_usage"
  | "status_unknown";

export interface Evidence {
  certificates: Certificate[];
  ocsp: Bytes[];
  crls: Bytes[];
}

export interface Found {
  id: string;
  certificate: Certificate | null;
  chain: Certificate[];
  role: string;
  claimedAt: Date | null;
  covers: string[];
  broken: string[];
  fault: Status | "";
  reason: string;
  timestamps: Bytes[];
  stamped: Bytes;
  evidence: Evidence;
}

export interface Trust {
  roots: Certificate[];
  others: Certificate[];
  timeRoots: Certificate[];
  sealKeys: string[];
}

export interface Judged {
  id: string;
  status: Status;
  sentence: string;
  name: string;
  facts: [string, string][];
}

export interface Report {
  name: string;
  kind: string;
  title: string;
  good: boolean;
  doubtful: boolean;
  sentence: string;
  faults: string[];
  notes: string[];
  signatures: Judged[];
}

export const noEvidence = (): Evidence => ({ certificates: [], ocsp: [], crls: [] });
export const isGood = (status: Status): boolean => status === "valid" || status === "valid_then";
