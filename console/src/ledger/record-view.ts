// What the node says of its record and of those who hold and cosign it: GET /api/v1/record. Nothing of it is taken as proven;
// the signatures of the checkpoint are checked here against keys.

export interface CosignedBy {
  by: string; // a party or a witness
  holds_entries: boolean; // its cosignature says that it holds all entries; false: a witness
  size: number; // up to here
  at?: string;
  answered_at?: string;
  message?: string; // why it does not cosign now
}

export interface MirrorView {
  party: string;
  origin: string;
  size: number; // entries held here
  shown: number; // of its newest checkpoint that this node saw
  answered_at?: string;
  message?: string; // why it is not followed now
  forked: boolean; // its key signed two histories
  equivocation?: string; // the proof
}

export interface RecordView {
  now: string;
  own: { state: string; origin?: string; verifier_key?: string; cosigned: CosignedBy[] };
  mirrors: MirrorView[];
}
