// Petrol, hue 215 in OKLCH, so that nobody takes this tab for the Azure portal. White on step 80 has a contrast of 6.4.
import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components';

const petrol: BrandVariants = {
  10: '#030d10',
  20: '#001a20',
  30: '#002730',
  40: '#00333f',
  50: '#00404d',
  60: '#004d5c',
  70: '#005a6b',
  80: '#00687a',
  90: '#10798c',
  100: '#218a9f',
  110: '#329bb1',
  120: '#49aec4',
  130: '#67c0d5',
  140: '#8bd1e2',
  150: '#b3e1ec',
  160: '#daf0f5',
};
const faces = {
  fontFamilyBase: "'Prorata Text', 'Segoe UI', system-ui, sans-serif",
  fontFamilyMonospace: "'Cascadia Code', Consolas, 'DejaVu Sans Mono', monospace",
};

export const lightTheme: Theme = { ...createLightTheme(petrol), ...faces };
export const darkTheme: Theme = {
  ...createDarkTheme(petrol),
  ...faces,
  colorBrandForeground1: petrol[120],
  colorBrandForeground2: petrol[130],
  colorBrandForegroundLink: petrol[130],
  colorBrandForegroundLinkHover: petrol[140],
  colorBrandForegroundLinkPressed: petrol[130],
  colorCompoundBrandForeground1: petrol[120],
  colorCompoundBrandStroke: petrol[120],
};
