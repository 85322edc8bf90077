export { createContext, render, type ComponentChildren } from 'preact';
export { useContext, useEffect, useMemo, useState } from 'preact/hooks';
