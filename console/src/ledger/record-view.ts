// What the node says of its record and of those who mirror and cosign it: GET /api/v1/record. Nothing of it is taken as
// proven; the checkpoint's signatures are checked against the keys.

export interface RecordView {
  name?: string;
  verifier_key?: string;
  cosigners: {
    name: string; // of the key
    key?: string; // verifier key
    party?: string;
    size?: number; // it holds all entries up to here
    at?: string; // when it last cosigned
    problem?: string;
  }[];
}
