"""The parts that all tabs share; imports from no tab."""
