"""What we know: people, companies, interactions, stages, consent. Imports neither `scoring` nor `nurturing`."""
