"""What every tab of the page is made of; imports from no tab."""
