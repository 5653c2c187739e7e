// Land and borders from world-atlas (Natural Earth, public domain), bundled; no tile server is asked. The
// coarse set at small scales; the fine one is fetched from the node itself once someone zooms in.

import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import Polygon from 'ol/geom/Polygon';
import VectorImageLayer from 'ol/layer/VectorImage';
import VectorSource from 'ol/source/Vector';
import { Fill, Stroke, Style } from 'ol/style';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarseUrl from 'world-atlas/countries-50m.json?url';
import fineUrl from 'world-atlas/countries-10m.json?url';
import type { Stereographic } from '../lib/geo';
import type { Palette } from './palette';

type Atlas = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
type LonLat = [number, number];

const FINE_BELOW = 700; // metres per pixel

const atlases = new Map<string, Promise<Atlas>>();
function atlas(url: string): Promise<Atlas> {
  let a = atlases.get(url);
  if (!a) {
    a = fetch(url).then((r) => r.json() as Promise<Atlas>);
    a.catch(() => atlases.delete(url));
    atlases.set(url, a);
  }
  return a;
}

// Points beyond the plane's horizon are pulled to a far circle, so that a ring around half the world stays a
// ring; a line that leaves is cut.
const FAR = 2.4e7;
function onPlane(projection: Stereographic, ring: LonLat[]): [number, number][] | null {
  const out: [number, number][] = [];
  let inside = false;
  for (const [lon, lat] of ring) {
    const [x, y] = projection.xy(lat, lon);
    if (Number.isNaN(x)) {
      const d = ((lon - projection.lon0) * Math.PI) / 180;
      const a = Math.atan2(Math.sin(d), Math.tan(((lat || 1e-9) * Math.PI) / 180));
      out.push([FAR * Math.sin(a), FAR * Math.cos(a)]);
    } else {
      inside = true;
      out.push([x, y]);
    }
  }
  return inside ? out : null;
}

// The atlas cuts the world at 180°; that cut is no coast.
const onCut = ([lon, lat]: LonLat) => Math.abs(lon) > 179.999 || lat < -89.9;

function features(a: Atlas, projection: Stereographic): { land: Feature[]; lines: Feature[] } {
  const land: Feature[] = [];
  const collection = feature(a, a.objects.land);
  const geometries = collection.type === 'FeatureCollection' ? collection.features.map((f) => f.geometry) : [];
  for (const g of geometries) {
    const polygons = g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : [];
    for (const rings of polygons) {
      const outer = onPlane(projection, rings[0] as LonLat[]);
      if (!outer) continue;
      const holes = rings.slice(1).map((r) => onPlane(projection, r as LonLat[])).filter((r) => r !== null);
      land.push(new Feature(new Polygon([outer, ...holes])));
    }
  }
  const lines: Feature[] = [];
  const add = (multi: { coordinates: number[][][] }, coast: boolean) => {
    for (const line of multi.coordinates as LonLat[][]) {
      let part: [number, number][] = [];
      const flush = () => {
        if (part.length > 1) lines.push(new Feature({ geometry: new LineString(part), coast }));
        part = [];
      };
      for (let i = 0; i < line.length; i++) {
        const p = line[i]!;
        const [x, y] = projection.xy(p[1], p[0]);
        if (Number.isNaN(x)) {
          flush();
          continue;
        }
        if (i > 0 && onCut(p) && onCut(line[i - 1]!)) flush();
        part.push([x, y]);
      }
      flush();
    }
  };
  add(mesh(a, a.objects.countries, (p, q) => p === q), true);
  add(mesh(a, a.objects.countries, (p, q) => p !== q), false);
  return { land, lines };
}

// Coasts and borders at small scale, [longitude, latitude], for a map so small that it needs no layers.
let coarse: Promise<LonLat[][]> | null = null;
export function coarseLines(): Promise<LonLat[][]> {
  coarse ??= atlas(coarseUrl).then((a) => mesh(a, a.objects.countries).coordinates as LonLat[][]);
  coarse.catch(() => (coarse = null));
  return coarse;
}

export class BaseMap {
  private readonly landCoarse = new VectorSource();
  private readonly linesCoarse = new VectorSource();
  private readonly landFine = new VectorSource();
  private readonly linesFine = new VectorSource();
  readonly layers: VectorImageLayer<VectorSource>[];
  private generation = 0;
  private fineWanted = false;

  constructor(
    private projection: Stereographic,
    palette: Palette,
  ) {
    const layer = (source: VectorSource, fine: boolean) =>
      new VectorImageLayer({
        source,
        imageRatio: 1.4,
        ...(fine ? { maxResolution: FINE_BELOW } : { minResolution: 0 }),
      });
    this.layers = [layer(this.landCoarse, false), layer(this.linesCoarse, false), layer(this.landFine, true), layer(this.linesFine, true)];
    this.setPalette(palette);
    void this.load();
  }

  setPalette(p: Palette): void {
    const fill = new Style({ fill: new Fill({ color: p.land }) });
    const coast = new Style({ stroke: new Stroke({ color: p.border, width: 1 }) });
    const border = new Style({ stroke: new Stroke({ color: p.border, width: 1, lineDash: [5, 4] }) });
    this.layers[0]!.setStyle(fill);
    this.layers[2]!.setStyle(fill);
    const line = (f: { get: (k: string) => unknown }) => (f.get('coast') ? coast : border);
    this.layers[1]!.setStyle(line);
    this.layers[3]!.setStyle(line);
  }

  setProjection(projection: Stereographic): void {
    this.projection = projection;
    void this.load();
  }

  // Called with every change of scale; the fine atlas is 3.7 MB and comes only when it can be seen.
  scale(resolution: number): void {
    if (this.fineWanted || resolution > FINE_BELOW) return;
    this.fineWanted = true;
    void this.load();
  }

  private async load(): Promise<void> {
    const generation = ++this.generation;
    const fill = async (url: string, land: VectorSource, lines: VectorSource) => {
      const f = features(await atlas(url), this.projection);
      if (generation !== this.generation) return;
      land.clear(true);
      lines.clear(true);
      land.addFeatures(f.land);
      lines.addFeatures(f.lines);
    };
    try {
      if (!this.fineWanted) {
        await fill(coarseUrl, this.landCoarse, this.linesCoarse);
        return;
      }
      if (this.landCoarse.getFeatures().length === 0) await fill(coarseUrl, this.landCoarse, this.linesCoarse);
      await fill(fineUrl, this.landFine, this.linesFine);
      if (generation !== this.generation) return;
      // From here on coarse lines under fine ones would show double coasts.
      this.layers[0]!.setMinResolution(FINE_BELOW);
      this.layers[1]!.setMinResolution(FINE_BELOW);
      await fill(coarseUrl, this.landCoarse, this.linesCoarse);
    } catch {
      // Without its base map the picture is still a picture.
    }
  }
}
